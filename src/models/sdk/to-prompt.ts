import type {
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4TextPart,
} from "@ai-sdk/provider";
import { LlmspellError } from "../../errors.ts";
import type { ContentPart, MediaPart, ModelMessage } from "../types.ts";
import { textOf } from "../types.ts";
import { mediaTypeOf } from "./media-type.ts";

type AssistantPart = Extract<LanguageModelV4Message, { role: "assistant" }>["content"][number];
type ProviderOptions = NonNullable<LanguageModelV4TextPart["providerOptions"]>;

/**
 * Our messages as the AI SDK's prompt. Answers to calls of one turn are gathered into one tool message, which is what
 * every provider wants. Reasoning goes back to the provider that made it alone.
 */
export function toPrompt(messages: readonly ModelMessage[], provider: string): LanguageModelV4Prompt {
  const prompt: LanguageModelV4Prompt = [];
  const toolNames = new Map<string, string>();
  for (const message of messages) {
    switch (message.role) {
      case "system":
        prompt.push({ role: "system", content: textOf(message.content) });
        break;
      case "user":
        prompt.push({ role: "user", content: userParts(message.content) });
        break;
      case "assistant":
        for (const call of message.toolCalls ?? []) toolNames.set(call.id, call.name);
        prompt.push({ role: "assistant", content: assistantParts(message, provider) });
        break;
      case "tool": {
        const id = message.toolCallId;
        if (id === undefined)
          throw new LlmspellError("input.invalid", "a tool message needs the toolCallId that it answers");
        const text = textOf(message.content);
        const part = {
          type: "tool-result" as const,
          toolCallId: id,
          toolName: message.name ?? toolNames.get(id) ?? "tool",
          output: { type: message.isError ? ("error-text" as const) : ("text" as const), value: text },
        };
        const last = prompt.at(-1);
        if (last?.role === "tool") last.content.push(part);
        else prompt.push({ role: "tool", content: [part] });
        break;
      }
    }
  }
  return prompt;
}

function userParts(content: string | readonly ContentPart[]): (LanguageModelV4TextPart | LanguageModelV4FilePart)[] {
  if (typeof content === "string") return [{ type: "text", text: content }];
  return content.map((part) => (part.type === "text" ? { type: "text", text: part.text } : filePart(part)));
}

function assistantParts(message: ModelMessage, provider: string): AssistantPart[] {
  const parts: AssistantPart[] = [];
  const own = message.provider === provider;
  for (const step of own ? (message.reasoning ?? []) : []) {
    if (step.providerData === undefined) continue;
    parts.push({ type: "reasoning", text: step.text, providerOptions: step.providerData as ProviderOptions });
  }
  const text = textOf(message.content);
  if (text !== "") parts.push({ type: "text", text });
  for (const call of message.toolCalls ?? []) {
    const data = own && call.providerData ? { providerOptions: call.providerData as ProviderOptions } : {};
    parts.push({ type: "tool-call", toolCallId: call.id, toolName: call.name, input: call.arguments, ...data });
  }
  return parts;
}

function filePart(part: MediaPart): LanguageModelV4FilePart {
  const filename = part.name === undefined ? {} : { filename: part.name };
  if (part.data !== undefined) {
    return { type: "file", mediaType: mediaTypeOf(part), data: { type: "data", data: part.data }, ...filename };
  }
  if (part.url === undefined) throw new LlmspellError("input.invalid", `an ${part.type} part needs data or url`);
  const inline = /^data:([^;,]*)(;base64)?,/.exec(part.url.slice(0, 200));
  if (inline) {
    const body = part.url.slice(inline[0].length);
    const data = inline[2] ? body : Buffer.from(decodeURIComponent(body));
    const mediaType = part.mediaType ?? inline[1];
    return filePart({
      type: part.type,
      data,
      ...filename,
      ...(mediaType ? { mediaType } : {}),
      ...(part.name === undefined ? {} : { name: part.name }),
    });
  }
  let url: URL;
  try {
    url = new URL(part.url);
  } catch (cause) {
    throw new LlmspellError("input.invalid", `the url of an ${part.type} part is no valid address`, { cause });
  }
  return { type: "file", mediaType: mediaTypeOf(part), data: { type: "url", url }, ...filename };
}
