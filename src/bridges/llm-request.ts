import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";
import { findProvider } from "../models/provider-config.ts";
import { providerOfName } from "../models/catalog/model-catalog.ts";
import type { ContentPart, ModelMessage, ModelRequest, ReasoningStep, ToolSpec } from "../models/types.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { toJson, toSchema } from "./llm-json.ts";
import type { MessageInput, OptionsInput, PartInput, PromptInput, ToolInput } from "./llm-schemas.ts";

/** What `setProvider` and `setModel` chose for the run. */
export interface RunDefaults {
  provider?: string;
  model?: string;
}

const DEFAULTS = {};

export function defaultsOf(ctx: CallContext): RunDefaults {
  return ctx.own<RunDefaults>(DEFAULTS, () => ({}));
}

/** Settings of a call with the run's own where it names nothing. */
export function withDefaults<T extends { model?: string | undefined; provider?: string | undefined }>(
  settings: T,
  ctx: CallContext,
): T {
  const { provider, model } = defaultsOf(ctx);
  if (settings.provider !== undefined) return settings;
  if (settings.model === undefined)
    return { ...settings, ...(model === undefined ? {} : { model }), ...(provider === undefined ? {} : { provider }) };
  // A bare name that says no provider belongs to the chosen one.
  const slash = settings.model.indexOf("/");
  const speaks =
    settings.model === "offline" ||
    providerOfName(settings.model) !== undefined ||
    (slash > 0 && findProvider(settings.model.slice(0, slash)) !== undefined);
  return speaks || provider === undefined ? settings : { ...settings, provider };
}

/** A prompt, a list of messages or a whole request, with options, as a request to the models. Reads files of the workspace. */
export function toRequest(
  input: PromptInput,
  options: OptionsInput | undefined,
  ctx: CallContext,
  method: string,
): ModelRequest {
  const whole = typeof input === "object" && !Array.isArray(input);
  const given = whole ? { ...input, ...options } : { ...options };
  const {
    prompt,
    messages: listed,
    system,
    tools,
    stop,
    ...rest
  } = given as OptionsInput & Extract<PromptInput, { prompt?: unknown }>;
  const said = whole ? prompt : typeof input === "string" ? input : undefined;
  const messages: ModelMessage[] = [];
  if (system !== undefined) messages.push({ role: "system", content: system });
  for (const message of (whole ? listed : Array.isArray(input) ? input : undefined) ?? [])
    messages.push(toMessage(message, ctx, method));
  if (said !== undefined) messages.push({ role: "user", content: toContent(said, ctx, method) });
  if (!messages.some((message) => message.role !== "system")) {
    throw new LlmspellError("input.invalid", `${method}: there is no message`, { hint: "Give a prompt, or messages." });
  }
  const settled = withDefaults(rest, ctx);
  return dropUndefined({
    ...settled,
    messages,
    ...(stop === undefined ? {} : { stop: typeof stop === "string" ? [stop] : stop }),
    ...(tools === undefined ? {} : { tools: tools.map((tool) => toTool(tool, method)) }),
    ...(rest.providerOptions === undefined
      ? {}
      : { providerOptions: toJson(rest.providerOptions as ScriptObject, method) }),
  }) as unknown as ModelRequest;
}

function toTool({ name, description, parameters }: ToolInput, method: string): ToolSpec {
  const schema =
    parameters === undefined || Object.keys(parameters).length === 0 ? {} : toSchema(parameters, method, false);
  return {
    name,
    ...(description === undefined ? {} : { description }),
    parameters: { type: "object", properties: {}, ...schema },
  };
}

export function toMessage(message: MessageInput, ctx: CallContext, method: string): ModelMessage {
  const { role, content, toolCalls, toolCallId, name, isError, reasoning, provider } = message;
  if (role === "tool" && toolCallId === undefined) {
    throw new LlmspellError("input.invalid", `${method}: a tool message needs the toolCallId that it answers`);
  }
  return dropUndefined({
    role,
    content: content === undefined ? "" : toContent(content, ctx, method),
    toolCalls: toolCalls?.map((call) => toJson(call as unknown as ScriptObject, method)),
    toolCallId,
    name,
    isError,
    reasoning: reasoning?.map((step) => toJson(step, method) as unknown as ReasoningStep),
    provider,
  }) as unknown as ModelMessage;
}

export function toContent(
  content: NonNullable<MessageInput["content"]>,
  ctx: CallContext,
  method: string,
): string | ContentPart[] {
  if (typeof content === "string") return content;
  return content.map((part) => (typeof part === "string" ? { type: "text", text: part } : toPart(part, ctx, method)));
}

function toPart(part: PartInput, ctx: CallContext, method: string): ContentPart {
  const { type, text, data, url, path, mediaType, name } = part;
  if (type === "text") return { type, text: text ?? "" };
  const given = [data, url, path].filter((source) => source !== undefined).length;
  if (given !== 1)
    throw new LlmspellError("input.invalid", `${method}: an ${type} part needs one of data, url and path`);
  let content: Uint8Array | string | undefined = data;
  if (path !== undefined) content = ctx.call("fs", "readBytes", [path]) as Uint8Array;
  if (typeof data === "string" && type === "file" && (mediaType === undefined || mediaType.startsWith("text/")))
    content = Buffer.from(data);
  return dropUndefined({
    type,
    data: content,
    url,
    mediaType: mediaType ?? (type === "file" && typeof data === "string" ? "text/plain" : undefined),
    name: name ?? path?.split("/").at(-1),
  }) as unknown as ContentPart;
}

/** Optional members that a script left out, or set to nil, are absent to everything below. */
export function dropUndefined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
