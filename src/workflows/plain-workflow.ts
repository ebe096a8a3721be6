import { LlmspellError } from "../errors.ts";
import {
  Handle,
  isPlainObject,
  type ScriptObject,
  type ScriptValue,
  setKey,
  TextValue,
} from "../values/script-value.ts";
import type { GivenStep, Workflow } from "./definition.ts";

/** A workflow as a file says it. Agents and tools become their names. Throws `workflow.invalid` where a function stands. */
export function plainWorkflow(
  definition: Workflow,
  name: string,
  definitionOf: (workflow: Handle) => Workflow,
): ScriptObject {
  const functions: string[] = [];
  const plain = (value: ScriptValue | GivenStep, path: readonly string[]): ScriptValue => {
    if (typeof value === "function") {
      functions.push(path.join("."));
      return null;
    }
    if (value instanceof TextValue) return value.text;
    if (value instanceof Handle) return fromHandle(value, path);
    if (Array.isArray(value))
      return value.map((item: ScriptValue, index) => {
        const isStep = item instanceof Handle && path.at(-1) === "steps";
        const inner = plain(item, [...path, String(index + 1)]);
        return isStep ? { [item.type]: inner } : inner;
      });
    if (!isPlainObject(value)) return value as ScriptValue;
    const result: ScriptObject = {};
    for (const [key, each] of Object.entries(value))
      if (each !== undefined) setKey(result, key, plain(each, [...path, key]));
    return result;
  };
  const fromHandle = (handle: Handle, path: readonly string[]): ScriptValue =>
    handle.type === "workflow"
      ? plain(definitionOf(handle) as ScriptObject, path)
      : ((handle.fields?.name ?? handle.fields?.id ?? handle.type) as string);
  const { name: _, ...rest } = definition;
  const result = { version: 1, name, ...(plain(rest as ScriptObject, []) as ScriptObject) };
  if (functions.length === 0) return result;
  throw new LlmspellError(
    "workflow.invalid",
    `the workflow "${name}" is no plain data: ${functions.join(", ")} is a function`,
    {
      details: { workflow: name, functions },
      hint: "Give such steps to a tool, a spell, or an expression.",
    },
  );
}
