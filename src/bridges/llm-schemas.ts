import { z } from "zod";
import { anyObject, anyValue, bytesOrText, callback, textWith } from "../bridge/schemas.ts";

export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, { error: "expected bytes" });

export const contentPart = z
  .strictObject({
    type: z.enum(["text", "image", "file", "audio", "video"]),
    text: z.string().optional(),
    data: bytesOrText.optional().describe("Bytes, or base64; of a text file, its text."),
    url: z.string().optional(),
    path: z.string().optional().describe("A file of the workspace."),
    mediaType: z.string().optional(),
    name: z.string().optional(),
  })
  .meta({ title: "ContentPart" });
export type PartInput = z.output<typeof contentPart>;

const toolCall = z
  .object({
    id: z.string(),
    name: z.string(),
    arguments: anyObject,
    providerData: anyObject.optional(),
  })
  .meta({ title: "ToolCall" });

export const content = z.union([z.string(), z.array(z.union([z.string(), contentPart]))]);

export const message = z
  .strictObject({
    role: z.enum(["system", "user", "assistant", "tool"]),
    content: content.optional(),
    toolCalls: z.array(toolCall).optional(),
    toolCallId: z.string().optional(),
    name: z.string().optional(),
    isError: z.boolean().optional(),
    reasoning: z.array(anyObject).optional(),
    provider: z.string().optional(),
  })
  .meta({ title: "Message" });
export type MessageInput = z.output<typeof message>;

const tool = z
  .object({
    name: z.string().min(1),
    description: z.string().optional(),
    parameters: anyObject
      .optional()
      .describe('JSON Schema, or the short form {name = {type = "string", required = true}}.'),
    execute: callback([anyValue], anyValue, ["args"]).optional(),
    handler: callback([anyValue], anyValue, ["args"]).optional(),
  })
  .meta({ title: "Tool" });
export type ToolInput = z.output<typeof tool>;

const positive = z.number().positive();

/** What a call may settle, whatever it asks for. */
export const callSettings = {
  model: z.string().optional().describe("`provider/model`, or a known model's name. Default: the run's model."),
  provider: z.string().optional(),
  fallback: z
    .array(z.string())
    .optional()
    .describe("Models to try when the first is unreachable, overloaded or too small."),
  timeoutMs: positive.optional().describe("For the whole call, retries included. Default 300,000."),
  retries: z.number().int().min(0).max(10).optional().describe("Default 2."),
  providerOptions: z.record(z.string(), anyObject).optional().describe("Passed on as they are, by provider name."),
};

export const generation = {
  ...callSettings,
  system: z.string().optional().describe("Put before the messages."),
  temperature: z.number().min(0).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().int().min(1).optional(),
  frequencyPenalty: z.number().optional(),
  presencePenalty: z.number().optional(),
  maxTokens: z.number().int().min(1).optional(),
  stop: z.union([z.string(), z.array(z.string())]).optional(),
  seed: z.number().int().optional(),
  reasoning: z.enum(["none", "minimal", "low", "medium", "high", "max"]).optional(),
  tools: z.array(tool).optional(),
  toolChoice: z.union([z.enum(["auto", "none", "required"]), z.strictObject({ tool: z.string() })]).optional(),
};

export const options = z.strictObject(generation);
export const request = z
  .strictObject({
    ...generation,
    prompt: content.optional(),
    messages: z.array(message).optional(),
  })
  .meta({ title: "Request" });
export const prompt = z.union([z.string(), z.array(message), request]);
export type PromptInput = z.output<typeof prompt>;
export type OptionsInput = z.output<typeof options>;

const structured = {
  schemaName: z.string().optional(),
  repairs: z.number().int().min(0).max(5).optional().describe("Rounds in which the model corrects itself. Default 2."),
};
export const objectOptions = z.strictObject({ ...generation, ...structured, schema: anyObject.optional() });
const objectRequest = z
  .strictObject({
    ...generation,
    ...structured,
    prompt: content.optional(),
    messages: z.array(message).optional(),
    schema: anyObject.optional(),
  })
  .meta({ title: "ObjectRequest" });
export const objectPrompt = z.union([z.string(), z.array(message), objectRequest]);

const usage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  totalTokens: z.number(),
  cachedTokens: z.number(),
  cacheWriteTokens: z.number(),
  reasoningTokens: z.number(),
});

const messageOut = z
  .object({
    role: message.shape.role,
    content: anyValue,
    toolCalls: z.array(toolCall).optional(),
    toolCallId: z.string().optional(),
    name: z.string().optional(),
    isError: z.boolean().optional(),
    reasoning: z.array(anyObject).optional(),
    provider: z.string().optional(),
  })
  .meta({ title: "Message" });

/** Fields of an answer, besides being its text. */
const answerFields = {
  content: z.string(),
  message: messageOut,
  toolCalls: z.array(toolCall),
  reasoning: z.string().optional(),
  usage,
  cost: z.number().nullable().describe("US dollars; nil when the model's price is unknown."),
  model: z.string(),
  provider: z.string(),
  finishReason: z.enum(["stop", "length", "tool_calls", "content_filter", "error", "other"]),
  latencyMs: z.number(),
  warnings: z.array(z.string()),
  responseId: z.string().optional(),
  files: z.array(z.object({ mediaType: z.string(), data: bytes })).optional(),
};

/** An answer as the journal keeps it. */
export const answerData = z.object(answerFields);
export type AnswerData = z.output<typeof answerData>;

/** An answer as a script gets it: a text with fields. */
export const answer = textWith(answerFields);

export const history = z.array(messageOut);
export const usageOut = usage;

/** A piece of a streamed answer: what a callback gets second. */
const streamEvent = z
  .object({
    type: z.enum(["text", "reasoning", "toolCall"]),
    text: z.string().optional(),
    toolCall: toolCall.optional(),
  })
  .meta({ title: "StreamEvent" });

export type StreamPiece = z.output<typeof streamEvent>;

/** What a function that takes pieces of text gets of one; empty for other pieces. */
export function pieceText(piece: StreamPiece): string {
  return piece.type === "text" ? (piece.text ?? "") : "";
}

/** Gets each piece of text as it comes (empty for other events), and the event. */
export const onChunk = callback([z.string(), streamEvent], anyValue, ["text", "event"]);
