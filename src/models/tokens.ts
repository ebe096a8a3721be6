import type { ModelMessage, ToolSpec } from "./types.ts";
import { textOf } from "./types.ts";

const PIECES =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{L}[\p{L}\p{M}]*|\p{N}+|\n+|[^\s\p{L}\p{N}]/gu;
const LATIN = /^[\p{Script=Latin}\p{M}]+$/u;
/** What chat formats add around a message, and around a reply. */
const PER_MESSAGE = 4;
const PER_REPLY = 3;
/** What providers charge for an image of ordinary size. */
const PER_MEDIA = 800;

/**
 * Estimates how many tokens a model will count for a text. No tokenizer is loaded: a Latin word is one token up to
 * seven letters and one more for each further five, other alphabets one per three letters, digits one per three,
 * ideographs, syllables, signs and line breaks one each. A rule of thumb, not measured against any provider's tokenizer:
 * good enough to reserve budget and to keep clear of a context window. What is billed is what the provider reports.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(PIECES)) {
    const length = piece.length;
    if (length === 1) tokens += 1;
    else if (LATIN.test(piece)) tokens += 1 + Math.max(0, Math.ceil((length - 7) / 5));
    else if (piece[0] === "\n") tokens += 1;
    else tokens += Math.ceil(length / 3);
  }
  return tokens;
}

/** The same estimate for a whole request: messages, tool definitions, and what the chat format adds. */
export function countMessageTokens(messages: readonly ModelMessage[], tools: readonly ToolSpec[] = []): number {
  let tokens = PER_REPLY;
  for (const message of messages) {
    tokens += PER_MESSAGE + countTokens(textOf(message.content));
    if (typeof message.content !== "string") {
      tokens += message.content.filter((part) => part.type !== "text").length * PER_MEDIA;
    }
    if (message.toolCalls?.length) tokens += countTokens(JSON.stringify(message.toolCalls));
  }
  if (tools.length > 0) tokens += countTokens(JSON.stringify(tools));
  return tokens;
}
