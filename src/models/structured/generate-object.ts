import { LlmspellError } from "../../errors.ts";
import type { JsonSchema } from "../../schemas/json-schema.ts";
import type { ModelRequest, ModelResponse, ObjectResponse } from "../types.ts";
import { addUsage } from "../types.ts";
import { compileSchema, type SchemaProblem } from "../../schemas/compile-schema.ts";
import { complaintAbout, readValue } from "../../schemas/read-value.ts";
import { schemaInstruction, toProviderSchema } from "./provider-schema.ts";

export interface ObjectOptions {
  /** How often the model is shown its mistakes and asked again. Default 2. */
  repairs?: number;
  /** Told of every answer, those included that do not fit. */
  onAnswer?(response: ModelResponse): void;
}

type Generate = (request: ModelRequest) => Promise<ModelResponse>;

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
    const reading = readValue(response.text, compiled);
    if (reading.ok) return { value: reading.value, response: total, rounds: round };
    if (round > repairs) throw noObject(response, reading.problems, round);
    messages.push(response.message, { role: "user", content: complaintAbout(response.text, reading.problems) });
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
