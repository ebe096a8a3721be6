import type { LanguageModelV4, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import type { Download } from "../backend.ts";
import { isStrictSchema, schemaInstruction, toProviderSchema } from "../structured/provider-schema.ts";
import type { ModelRequest } from "../types.ts";
import { downloadFiles } from "./download-files.ts";
import type { SdkProvider } from "./load-provider.ts";
import { toPrompt } from "./to-prompt.ts";

type ProviderOptions = NonNullable<LanguageModelV4CallOptions["providerOptions"]>;

/** A request as a provider package takes it. */
export async function callOptions(
  model: LanguageModelV4,
  name: string,
  provider: SdkProvider,
  request: ModelRequest,
  signal: AbortSignal,
  download: Download | undefined,
): Promise<LanguageModelV4CallOptions> {
  const prompt = toPrompt(request.messages, name);
  await downloadFiles(prompt, model, download, signal);
  const options: LanguageModelV4CallOptions = {
    prompt,
    abortSignal: signal,
    providerOptions: providerOptions(name, request),
  };
  if (request.temperature !== undefined) options.temperature = request.temperature;
  if (request.topP !== undefined) options.topP = request.topP;
  if (request.topK !== undefined) options.topK = request.topK;
  if (request.frequencyPenalty !== undefined) options.frequencyPenalty = request.frequencyPenalty;
  if (request.presencePenalty !== undefined) options.presencePenalty = request.presencePenalty;
  if (request.maxTokens !== undefined) options.maxOutputTokens = request.maxTokens;
  if (request.stop?.length) options.stopSequences = [...request.stop];
  if (request.seed !== undefined) options.seed = request.seed;
  if (request.reasoning !== undefined) options.reasoning = request.reasoning;
  if (request.tools?.length) {
    options.tools = request.tools.map((tool) => ({
      type: "function",
      name: tool.name,
      inputSchema: tool.parameters,
      ...(tool.description === undefined ? {} : { description: tool.description }),
    }));
    const choice = request.toolChoice ?? "auto";
    options.toolChoice = typeof choice === "string" ? { type: choice } : { type: "tool", toolName: choice.tool };
  }
  if (request.schema) {
    const schema = toProviderSchema(request.schema);
    options.responseFormat = { type: "json", schema, name: request.schemaName ?? "answer" };
    if (!provider.nativeSchema) prompt.unshift({ role: "system", content: schemaInstruction(schema) });
  }
  return options;
}

/** Our defaults under the request's own. OpenAI keeps nothing of a call unless it is asked to. */
function providerOptions(name: string, request: ModelRequest): ProviderOptions {
  const own: Record<string, unknown> = { ...request.providerOptions?.[name] };
  if (name === "openai" && own.store === undefined) own.store = false;
  // Most of Groq's models take JSON mode alone; the prompt carries the schema.
  if (name === "groq" && own.structuredOutputs === undefined) own.structuredOutputs = false;
  if (request.schema && own.strictJsonSchema === undefined && name !== "anthropic" && name !== "google") {
    own.strictJsonSchema = isStrictSchema(toProviderSchema(request.schema));
  }
  return { ...request.providerOptions, [name]: own } as ProviderOptions;
}
