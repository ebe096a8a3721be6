import { LlmspellError } from "../errors.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../values/script-value.ts";
import { type Environment, orAborted } from "./environment.ts";
import { TemplateProblem } from "./expressions/template.ts";
import type { Filled, PlannedCondition } from "./plan.ts";
import type { Scope } from "./scope.ts";

/** Whether a condition holds. Throws `workflow.template` for an expression that cannot be worked out. */
export async function holds(condition: PlannedCondition, scope: Scope, env: Environment): Promise<boolean> {
  if (typeof condition !== "function") return fill(condition, scope, env) === true;
  const value = await orAborted(env.ports.invoke(condition, dataOf(scope), env.signal), env.signal);
  return value !== null && value !== undefined && value !== false;
}

/** A value with its templates filled in. Throws `workflow.template`, with step and expression. */
export function fill(filled: Filled, scope: Scope, env: Environment, more?: ScriptObject): ScriptValue {
  try {
    return filled.fill((name) => scope.lookup(name, more));
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    throw new LlmspellError("workflow.template", `${error.message}, in {{ ${error.expression} }}`, {
      details: { workflow: env.name, step: env.step, expression: error.expression },
      hint: 'Give the value, or write {{ x | default: "-" }}.',
    });
  }
}

/** What functions of a script get. */
export function dataOf(scope: Scope, more: ScriptObject = {}): ScriptObject {
  const { as: _, ...locals } = scope.locals();
  const data: ScriptObject = {
    input: scope.input,
    previous: scope.previous,
    steps: scope.all() as unknown as ScriptObject,
    vars: scope.whole.vars,
    ...locals,
    ...more,
  };
  // Nil is what is not there.
  for (const key of Object.keys(data)) if ((data[key] ?? null) === null) delete data[key];
  return data;
}

export function brief({ code, message }: LlmspellError): { code: string; message: string } {
  return { code, message };
}

/** An object, or the only text of a step's input under a name. */
export function asParams(value: ScriptValue): ScriptObject {
  if (isPlainObject(value)) return value;
  return value === null || value === undefined ? {} : { input: value };
}
