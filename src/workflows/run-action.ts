import { LlmspellError } from "../errors.ts";
import { Handle, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { readDuration } from "../values/units.ts";
import type { Environment, Nested } from "./environment.ts";
import { showValue } from "./expressions/show.ts";
import type { Action, Filled, Plan, PlannedStep } from "./plan.ts";
import type { Scope } from "./scope.ts";
import { asParams, dataOf, fill, holds } from "./step-data.ts";

/** What an action gets, and what is settled besides. */
export interface Prepared {
  /** Hooks may change it. */
  input: ScriptValue;
  options: ScriptObject;
}

/** Fills the templates of an action, once for all of its attempts. */
export function prepareAction({ action }: PlannedStep, scope: Scope, env: Environment): Prepared {
  const filled = (value: Filled | undefined, otherwise: () => ScriptValue) =>
    value === undefined ? otherwise() : fill(value, scope, env);
  // Without a prompt or params: what the step before gave, and the workflow's input for the first.
  const given = () => (scope.isFirst ? scope.input : scope.previous);
  switch (action.kind) {
    case "agent":
      return {
        input: filled(action.prompt, () => showValue(given())),
        options: filled(action.options, () => ({})) as ScriptObject,
      };
    case "llm":
      return {
        input: filled(action.prompt, () => showValue(given())),
        options: fill(action.options, scope, env) as ScriptObject,
      };
    case "tool":
      return { input: filled(action.params, given), options: {} };
    case "spell":
      return { input: asParams(filled(action.params, given)), options: {} };
    case "workflow":
      return { input: filled(action.params, given), options: {} };
    case "function":
      return { input: filled(action.params, () => null), options: {} };
    case "approval":
      return { input: fill(action.request, scope, env), options: {} };
    case "wait":
      return { input: fill(action.duration, scope, env), options: {} };
    default:
      return { input: null, options: {} };
  }
}

interface Performance {
  step: PlannedStep;
  scope: Scope;
  env: Environment;
  prepared: Prepared;
  input: ScriptValue;
  attempt: number;
}

/** Does what a step is for. `nested` gets the results of steps inside. */
export async function performAction(
  { step, scope, env, prepared, input, attempt }: Performance,
  nested: Nested,
): Promise<ScriptValue> {
  const { action } = step;
  const { ports, signal } = env;
  switch (action.kind) {
    case "function":
      return ports.invoke(action.fn, dataOf(scope, { params: input, attempt }), signal);
    case "steps": {
      const inner = scope.within();
      nested.steps = {};
      try {
        return await env.nest.body(action.body, inner, env);
      } finally {
        nested.steps = Object.fromEntries(inner.results);
      }
    }
    case "workflow":
      return env.nest.workflow(planOf(action, env), input, env, nested);
    case "condition":
      return holds(action.condition, scope, env);
    case "agent":
      return ports.perform({ kind: "agent", agent: action.agent, input, options: prepared.options }, signal);
    case "llm":
      return ports.perform({ kind: "llm", prompt: showValue(input), options: prepared.options }, signal);
    case "tool":
      return ports.perform({ kind: "tool", tool: action.tool, params: input }, signal);
    case "spell":
      return ports.perform(
        { kind: "spell", spell: showValue(fill(action.spell, scope, env)), params: asParams(input) },
        signal,
      );
    case "wait":
      return ports.perform({ kind: "wait", ms: millisecondsOf(input, step.name) }, signal);
    case "approval":
      return approve(action.timeoutMs, asParams(input), env, step);
  }
}

function planOf({ workflow }: Extract<Action, { kind: "workflow" }>, env: Environment): Plan {
  return typeof workflow === "string" || workflow instanceof Handle ? env.ports.find(workflow) : workflow;
}

function millisecondsOf(value: ScriptValue, step: string): number {
  const ms = typeof value === "number" ? value : readDuration(showValue(value));
  if (ms !== undefined && ms >= 0 && ms < 2 ** 31) return ms;
  throw new LlmspellError(
    "workflow.invalid",
    `the step "${step}" cannot wait for ${JSON.stringify(showValue(value))}`,
    {
      hint: "Give milliseconds, or a duration such as 500ms, 90s or 5m.",
    },
  );
}

async function approve(
  timeoutMs: number | undefined,
  { title, details = null }: ScriptObject,
  { ports, signal, name }: Environment,
  step: PlannedStep,
): Promise<ScriptValue> {
  const request = { kind: "approval" as const, title: showValue(title), details, timeoutMs };
  const answer = (await ports.perform(request, signal)) as { approved: boolean };
  if (answer.approved) return answer as unknown as ScriptValue;
  throw new LlmspellError("workflow.denied", `the step "${step.name}" of "${name}" was not approved`, {
    details: { workflow: name, step: step.name },
  });
}
