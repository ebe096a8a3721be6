import type { ModelsConfig } from "../../models/provider-config.ts";
import { modelInfo } from "../../models/describe-models.ts";
import { countMessageTokens, countTokens } from "../../models/tokens.ts";
import type { ModelMessage } from "../../models/types.ts";
import type { ChatSession, StoredMessage } from "./chat-store.ts";
import { toPlainText } from "./transcript.ts";

/** Part of the context that a summary may be made of; the rest is for what the model adds. */
const READABLE = 0.5;
/** Tokens that a model of unknown context is taken to read. */
const USUAL_READABLE = 16_000;
/** Turns that stay as they are when the rest is summarized. */
const KEPT_TURNS = 2;

/** The model's context in tokens; undefined where it is unknown. */
export function contextWindow(model: string | undefined, config: ModelsConfig): number | undefined {
  if (model === undefined) return undefined;
  try {
    return modelInfo(model, config).contextWindow ?? undefined;
  } catch {
    return undefined;
  }
}

/** How much of the context a conversation fills, estimated: 1 is all of it. */
export function filled(session: ChatSession, messages: readonly ModelMessage[], window: number): number {
  const system = countTokens(`${session.system ?? ""}${session.summary ?? ""}`);
  return (system + countMessageTokens(messages)) / window;
}

/** What can be summarized: all before the last turns, of which the first begins at `before`. Undefined where there is too little. */
export function summarizable(
  messages: readonly StoredMessage[],
): { before: number; messages: readonly ModelMessage[] } | undefined {
  const turns = messages.filter(({ message }) => message.role === "user");
  const kept = turns.length > KEPT_TURNS ? turns.at(-KEPT_TURNS) : turns.at(-1);
  if (!kept || turns.length < 2) return undefined;
  return { before: kept.seq, messages: messages.filter(({ seq }) => seq < kept.seq).map(({ message }) => message) };
}

/** Asks for a summary of what was said, in what the model can read: of a longer conversation the beginning and the end. */
export function summaryPrompt(
  messages: readonly ModelMessage[],
  earlier: string | undefined,
  window: number | undefined,
): string {
  const text = `${earlier === undefined ? "" : `Summary of what came before:\n${earlier}\n\n`}${toPlainText(messages)}`;
  const most = window === undefined ? USUAL_READABLE : Math.floor(window * READABLE);
  return `Summarize this conversation for yourself, so that you can go on with it: what the user wants, what was found out and decided, names, figures and code that matter, what is open. Answer with the summary alone.\n\n${middleCut(text, most)}`;
}

function middleCut(text: string, mostTokens: number): string {
  const tokens = countTokens(text);
  if (tokens <= mostTokens) return text;
  const half = Math.floor((text.length * mostTokens) / tokens / 2);
  return `${text.slice(0, half)}\n\n[...]\n\n${text.slice(-half)}`;
}
