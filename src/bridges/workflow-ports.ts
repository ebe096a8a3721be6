import type { CallContext } from "../bridge/call-context.ts";
import type { Callback } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import { type Handle, isPlainObject, type ScriptObject, type ScriptValue, TextValue } from "../values/script-value.ts";
import type { StepResult } from "../workflows/definition.ts";
import type { ActionRequest, WorkflowPorts } from "../workflows/ports.ts";
import { toRequest } from "./llm-request.ts";
import { callModel, objectOfModel } from "./model-calls.ts";
import { agentsOf } from "./run-agents.ts";
import { emitEvent } from "./run-events.ts";
import { hooked } from "./run-hooks.ts";
import { type RunTool, toolsOf } from "./run-tools.ts";
import { type Execution, planOf, workflowsOf } from "./run-workflows.ts";
import { withTimeLimit } from "./time-limit.ts";

/** What a workflow needs from outside, through the calls of `ctx`. */
export function workflowPorts(ctx: CallContext, execution: Execution): WorkflowPorts {
  return {
    now: () => ctx.now(),
    random: () => ctx.call("util", "random", []) as number,
    sleep: async (ms, signal) => ctx.call("util", "sleep", [ms], { signal }),
    limit: (ms, late, run) => withTimeLimit(ctx, ms, late, run),
    async step({ workflow, step }, run, signal) {
      const ticket = workflowsOf(ctx).leave((inner) => run(workflowPorts(inner, execution)));
      return ctx.call("workflow", "step", [workflow, step, ticket], { signal });
    },
    async invoke(fn, data, signal) {
      const ticket = workflowsOf(ctx).leave(async (inner) => inner.runKept(() => fn(data)));
      return ctx.call("workflow", "invoke", [ticket], { signal });
    },
    hooked: (step, input, run) => hooked(ctx, "step", { subject: step, input }, run),
    perform: (request, signal) => perform(ctx, execution, request, signal),
    find: (workflow) => planOf(workflowsOf(ctx).get(workflow)),
    emit: (name, fields) => tell(ctx, execution, name, fields),
  };
}

async function perform(
  ctx: CallContext,
  execution: Execution,
  request: ActionRequest,
  signal: AbortSignal,
): Promise<ScriptValue> {
  const call = (bridge: string, method: string, args: ScriptValue[]) => ctx.call(bridge, method, args, { signal });
  switch (request.kind) {
    case "tool":
      return call("tools", "perform", [request.tool, argumentsOf(ctx, request.tool, request.params)]);
    case "agent":
      return outputOfAgent(
        await call("agent", "perform", [await agentOf(ctx, execution, request.agent), request.input, request.options]),
      );
    case "llm":
      return ask(ctx, execution, request);
    case "spell":
      return call("spells", "run", [request.spell, request.params]);
    case "wait":
      return call("util", "sleep", [request.ms]);
    case "approval":
      return call("approval", "ask", [questionOf(request)]);
  }
}

/** Arguments by name. What is no object is the tool's first argument. */
function argumentsOf(ctx: CallContext, wanted: string | Handle, given: ScriptValue): ScriptObject {
  if (isPlainObject(given)) return given;
  if (given === null || given === undefined) return {};
  const tool = typeof wanted === "string" ? toolsOf(ctx).find(wanted) : (wanted.state as RunTool);
  return { [tool?.positional[0] ?? "input"]: given };
}

function questionOf({ title, details, timeoutMs }: Extract<ActionRequest, { kind: "approval" }>): ScriptObject {
  return { kind: "approval", title, details, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

/** An agent that the workflow itself defines is made when it is first needed. */
async function agentOf(ctx: CallContext, { instance }: Execution, agent: string | Handle): Promise<string | Handle> {
  const { agents = {}, models } = instance.definition;
  if (typeof agent !== "string") return agent;
  if (!Object.hasOwn(agents, agent)) return agentsOf(ctx).find(agent) ? agent : refuseAgent(agent, Object.keys(agents));
  const known = instance.agents.get(agent);
  if (known) return known;
  const defaults = models?.default === undefined ? {} : { model: models.default };
  const made = (await ctx.call("agent", "create", [{ name: agent, ...defaults, ...agents[agent] }])) as Handle;
  instance.agents.set(agent, made);
  return made;
}

function refuseAgent(agent: string, own: readonly string[]): never {
  const near = nearestName(agent, own);
  throw new LlmspellError("agent.unknown", `there is no agent "${agent}"`, {
    details: { agent },
    hint: near === undefined ? "Define it under `agents`, or make it with agent.create." : `Did you mean "${near}"?`,
  });
}

/** Its object where it was to give one, else its text. */
function outputOfAgent(result: ScriptValue): ScriptValue {
  if (result instanceof TextValue) return result.fields["object"] ?? result.text;
  const { object, text, content } = (result ?? {}) as ScriptObject;
  return object ?? text ?? content ?? result;
}

async function ask(
  ctx: CallContext,
  { instance }: Execution,
  { prompt, options }: Extract<ActionRequest, { kind: "llm" }>,
): Promise<ScriptValue> {
  const { schema, ...rest } = options;
  const model = instance.definition.models?.default;
  const settings = { ...(model === undefined ? {} : { model }), ...rest };
  const request = toRequest(prompt, settings as never, ctx, "workflow.run");
  if (schema === undefined) return (await callModel(ctx, request)).content;
  const { value } = await objectOfModel(ctx, { ...request, schema } as never, undefined);
  return value;
}

/** To the events of the run, and to who listens to this workflow. */
function tell(ctx: CallContext, execution: Execution, name: string, fields: ScriptObject): void {
  note(execution, name, fields);
  emitEvent(ctx, name, fields);
  const listeners = [...matching(execution.instance.listeners, name), ...matching(execution.listeners, name)];
  for (const listener of listeners) {
    const warn = (error: unknown) =>
      ctx.log({ level: "warn", message: `a function for ${name} failed: ${(error as Error).message}` });
    try {
      const answered = listener({ ...fields, type: name });
      if (answered instanceof Promise) answered.catch(warn);
    } catch (error) {
      if (LlmspellError.is(error) && error.final) throw error;
      warn(error);
    }
  }
}

/** `step.finished` and `workflow.step.finished` are the same event. */
function matching(listeners: ReadonlyMap<string, Callback[]>, name: string): Callback[] {
  if (listeners.size === 0) return [];
  const names = new Set(["*", name, name.replace("workflow.", "")]);
  return [...listeners].flatMap(([event, callbacks]) => (names.has(event) ? callbacks : []));
}

const STEP_ENDS: Readonly<Record<string, StepResult["status"]>> = {
  "workflow.step.finished": "completed",
  "workflow.step.failed": "failed",
  "workflow.step.skipped": "skipped",
};

function note({ running, finished }: Execution, name: string, { stepName }: ScriptObject): void {
  if (typeof stepName !== "string") return;
  const status = STEP_ENDS[name];
  if (status === undefined) {
    if (name === "workflow.step.started") running.add(stepName);
    return;
  }
  running.delete(stepName);
  finished.set(stepName, status);
}
