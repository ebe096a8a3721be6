import { LlmspellError } from "../../errors.ts";
import type { JsonSchema } from "../../schemas/json-schema.ts";
import type { ModelMessage, ModelRequest, ModelResponse, ObjectResponse } from "../types.ts";
import { addUsage } from "../types.ts";
import { type CompiledSchema, compileSchema, type SchemaProblem } from "../../schemas/compile-schema.ts";
import { jsonCandidates } from "../../schemas/extract-json.ts";
import { schemaInstruction, toProviderSchema } from "./provider-schema.ts";

export interface ObjectOptions {
  /** How often the model is shown its mistakes and asked again. Default 2. */
  repairs?: number;
  /** Told of every answer, those included that do not fit. */
  onAnswer?(response: ModelResponse): void;
}

type Generate = (request: ModelRequest) => Promise<ModelResponse>;
type Reading = { ok: true; value: unknown } | { ok: false; problems: SchemaProblem[] };

/**
 * Asks a model for a value that fits a JSON Schema: by the provider's own response format; when it refuses that, by
 * instruction. What comes back is repaired (see `parseLenient`) and validated; a value that does not fit goes back to
 * the model with what is wrong. Throws `provider.no_object` with the problems and the raw text once `repairs` are used
 * up, `schema.invalid` before any call.
 */
export async function generateObject(
  request: ModelRequest & { schema: JsonSchema },
  generate: Generate,
  options: ObjectOptions = {},
): Promise<ObjectResponse> {
  const compiled = compileSchema(request.schema);
  const repairs = options.repairs ?? 2;
  const messages = [...request.messages];
  let total: ModelResponse | undefined;
  for (let round = 1; ; round++) {
    const response = await askFor({ ...request, messages: messages.slice() }, generate);
    options.onAnswer?.(response);
    total = total ? joined(total, response) : response;
    const reading = read(response.text, compiled);
    if (reading.ok) return { value: reading.value, response: total, rounds: round };
    if (round > repairs) throw noObject(response, reading.problems, round);
    messages.push(response.message, complaint(response.text, reading.problems));
  }
}

/** A server that refuses the response format is asked again in words alone. */
async function askFor(request: ModelRequest, generate: Generate): Promise<ModelResponse> {
  try {
    return await generate(request);
  } catch (error) {
    if (
      !LlmspellError.is(error) ||
      error.code !== "provider.bad_request" ||
      !/response_?format|json_?schema|output_?format|structured|schema/i.test(error.message)
    )
      throw error;
    const { schema, ...plain } = request;
    const instruction = schemaInstruction(toProviderSchema(schema ?? {}));
    return generate({ ...plain, messages: [{ role: "system", content: instruction }, ...request.messages] });
  }
}

/** The first value of the text that fits; else what is wrong with the likeliest. */
function read(text: string, schema: CompiledSchema): Reading {
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

function complaint(text: string, problems: readonly SchemaProblem[]): ModelMessage {
  const list = problems.map(({ path, message }) => `- ${path === "" ? "the value" : path}: ${message}`).join("\n");
  const what = text.trim() === "" ? "Your answer was empty." : "Your answer does not fit the schema:";
  return { role: "user", content: `${what}\n${list}\nAnswer again, with the corrected JSON value and nothing else.` };
}

function noObject(response: ModelResponse, problems: readonly SchemaProblem[], rounds: number): LlmspellError {
  const first = problems[0];
  const cut = response.finishReason === "length" ? "; the answer was cut off at its token limit" : "";
  return new LlmspellError(
    "provider.no_object",
    `${response.provider} (${response.model}) gave no value that fits the schema in ${rounds} round${rounds === 1 ? "" : "s"}: ${first?.path ? `${first.path}: ` : ""}${first?.message ?? ""}${cut}`,
    {
      details: {
        provider: response.provider,
        model: response.model,
        problems,
        text: response.text.slice(0, 10_000),
        rounds,
      },
      hint: cut === "" ? "Simplify the schema, or use a stronger model." : "Raise maxTokens.",
    },
  );
}

function joined(before: ModelResponse, last: ModelResponse): ModelResponse {
  return {
    ...last,
    usage: addUsage(before.usage, last.usage),
    cost: before.cost === null || last.cost === null ? null : before.cost + last.cost,
    latencyMs: before.latencyMs + last.latencyMs,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
