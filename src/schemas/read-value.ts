import type { CompiledSchema, SchemaProblem } from "./compile-schema.ts";
import { jsonCandidates } from "./extract-json.ts";

export type ReadValue = { ok: true; value: unknown } | { ok: false; problems: SchemaProblem[] };

/** The first value of a model's answer that fits; else what is wrong with the likeliest. */
export function readValue(text: string, schema: CompiledSchema): ReadValue {
  let problems: SchemaProblem[] | undefined;
  for (const candidate of jsonCandidates(text)) {
    // Providers that take objects alone were asked for `{value}`; see `toProviderSchema`.
    const values =
      isObject(candidate) && Object.keys(candidate).length === 1 && "value" in candidate
        ? [candidate, candidate.value]
        : [candidate];
    for (const value of values) {
      const found = schema.problems(value);
      if (found.length === 0) return { ok: true, value };
      problems ??= found;
    }
  }
  return { ok: false, problems: problems ?? [{ path: "", message: "The answer holds no JSON." }] };
}

/** What a model is told about an answer that does not fit. */
export function complaintAbout(text: string, problems: readonly SchemaProblem[]): string {
  const list = problems.map(({ path, message }) => `- ${path === "" ? "the value" : path}: ${message}`).join("\n");
  const what = text.trim() === "" ? "Your answer was empty." : "Your answer does not fit the schema:";
  return `${what}\n${list}\nAnswer again, with the corrected JSON value and nothing else.`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
