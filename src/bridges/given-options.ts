import type { z } from "zod";
import { describeIssue } from "../bridge/issue-text.ts";
import { toCamelCase } from "../engine/naming.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptObject } from "../values/script-value.ts";

/** Options of something that is built in, by declared names in either spelling. Throws `input.invalid` with the nearest name. */
export function givenOptions<S extends z.ZodObject>(what: string, schema: S, given: ScriptObject = {}): z.output<S> {
  const named = Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      Object.hasOwn(schema.shape, toCamelCase(key)) ? toCamelCase(key) : key,
      value,
    ]),
  );
  const { success, data, error } = schema.safeParse(named, { reportInput: true });
  if (success) return data;
  const problems = error.issues.map((issue) => [...issue.path, describeIssue(issue, schema)].join(": "));
  const known = Object.keys(schema.shape);
  throw new LlmspellError("input.invalid", `${what}: ${problems.join("; ")}`, {
    hint: known.length === 0 ? "It takes no options." : `Its options: ${known.join(", ")}.`,
  });
}
