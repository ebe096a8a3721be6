import { LlmspellError } from "../errors.ts";
import { coerce } from "../schemas/coerce.ts";
import { compileSchema } from "../schemas/compile-schema.ts";
import { expandSchema } from "../schemas/short-form.ts";
import { isPlainObject, type ScriptValue } from "../values/script-value.ts";
import type { Plan } from "./plan.ts";

/**
 * The input, with defaults, checked where the workflow declares one. Throws `workflow.input`. `coerced`: texts become what
 * the declaration wants, as on a command line.
 */
export function workflowInput(
  { name, input: declared }: Pick<Plan, "name" | "input">,
  given: ScriptValue,
  { coerced = false } = {},
): ScriptValue {
  const value = given ?? {};
  if (declared === undefined || Object.keys(declared).length === 0) return value;
  const schema = expandSchema(declared, false);
  const properties = isPlainObject(schema.properties) ? schema.properties : {};
  const filled: ScriptValue = isPlainObject(value) ? { ...value } : value;
  if (isPlainObject(filled))
    for (const [key, property] of Object.entries(properties))
      if (filled[key] === undefined && isPlainObject(property) && property.default !== undefined)
        filled[key] = property.default;
  const input = coerced ? coerce(filled, schema) : filled;
  const [problem] = compileSchema(schema).problems(input);
  if (!problem) return input;
  throw new LlmspellError(
    "workflow.input",
    `the input of "${name}" does not fit${problem.path === "" ? "" : ` at ${problem.path}`}: ${problem.message}`,
    {
      details: { workflow: name, path: problem.path },
    },
  );
}
