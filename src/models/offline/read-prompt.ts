import type { ModelMessage } from "../types.ts";
import { textOf } from "../types.ts";
import { sentences, words } from "./text.ts";

/** A conversation, as the offline model understands it. */
export interface Task {
  /** What is wanted: the question, or the sentence that asks. */
  question: string;
  /** Text to answer from: documents in the prompt, the system message's facts, earlier turns. Empty for a bare question. */
  material: string;
  /** The last user message as it stands. */
  prompt: string;
  /** Results of tools since the last user message, oldest first. */
  toolResults: { name: string; text: string; isError: boolean }[];
  /** What the question is about, in the prompt's words. */
  subject: string;
}

/** Longer prompts and materials are read up to here. */
const MAX_TEXT = 400_000;

const ASKS =
  /^(?:please\s+)?(?:can|could|would|will|what|who|whom|whose|when|where|why|how|which|is|are|was|were|do|does|did|should|summari[sz]e|explain|describe|list|give|name|write|tell|answer|extract|classify|translate|compare|find|identify|analy[sz]e|outline|draft|create|generate|suggest|propose|show|define|discuss|review|rewrite|improve|plan|compose|return|convert|count|calculate|compute|determine|decide|rate|evaluate|combine|merge|research|tl;?dr|pick|choose|turn|continue)\b/i;
const LABEL = /^(?:question|query|task|instruction|instructions|prompt|q|user question)\s*:\s*/i;
const MATERIAL_LABEL =
  /^(?:context|text|document|documents|passage|article|notes|source|sources|data|input|content|material|facts|findings|background|transcript|email|message)\s*:\s*/i;
const FILLER =
  /^(?:(?:please|can you|could you|would you|i want you to|i need you to)\s+)?(?:(?:briefly|shortly|concisely)\s+)?/i;

/** True for a text that tells something and wants nothing. */
export function isStatement(text: string): boolean {
  const trimmed = text.trim();
  return (
    /[.!]$/.test(trimmed) &&
    words(trimmed).length >= 3 &&
    !sentences(trimmed).some((each) => ASKS.test(each) || each.endsWith("?"))
  );
}

export function readTask(messages: readonly ModelMessage[]): Task {
  const lastUser = messages.findLastIndex((message) => message.role === "user");
  const user = lastUser < 0 ? messages.at(-1) : messages[lastUser];
  const prompt = user ? textOf(user.content).slice(0, MAX_TEXT).trim() : "";
  const toolResults = messages.slice(lastUser + 1).flatMap((message) =>
    message.role === "tool"
      ? [
          {
            name: message.name ?? toolName(messages, message.toolCallId) ?? "tool",
            text: textOf(message.content),
            isError: message.isError === true,
          },
        ]
      : [],
  );
  const { question, material } = splitPrompt(prompt);
  const before = messages
    .slice(0, Math.max(0, lastUser))
    .filter((message) => message.role !== "tool" || !message.isError)
    .map((message) => textOf(message.content))
    .filter((text) => isMaterial(text));
  const all = [material, ...before.toReversed()]
    .filter((text) => text !== "")
    .join("\n\n")
    .slice(0, MAX_TEXT);
  return { question, material: all, prompt, toolResults, subject: subjectOf(question) };
}

function toolName(messages: readonly ModelMessage[], id: string | undefined): string | undefined {
  for (const message of messages) for (const call of message.toolCalls ?? []) if (call.id === id) return call.name;
  return undefined;
}

/** Earlier text counts as material when it states something, rather than instructs. */
function isMaterial(text: string): boolean {
  return sentences(text).some(
    (sentence) =>
      words(sentence).length >= 5 &&
      !/^(?:you are|you're|act as|always|never|be |answer |respond |reply |do not|don't)/i.test(sentence) &&
      !ASKS.test(sentence),
  );
}

/**
 * Which part asks and which is to be read. Labels decide (`Question:`, `Context:`); else the first block that asks, with
 * everything else as material when it is long enough to hold an answer.
 */
function splitPrompt(prompt: string): { question: string; material: string } {
  const blocks = prompt
    .split(/\n\s*\n/)
    .flatMap(splitLabels)
    .map((block) => block.trim())
    .filter((block) => block !== "");
  if (blocks.length === 0) return { question: "", material: "" };
  let index = blocks.findIndex((block) => LABEL.test(block));
  if (index < 0) index = blocks.findIndex((block) => ASKS.test(block) && !MATERIAL_LABEL.test(block));
  if (index < 0) index = blocks.findLastIndex((block) => /\?\s*$/.test(block) && block.length < 400);
  if (index < 0) index = blocks.length > 1 && (blocks[0] as string).length < 200 ? 0 : -1;
  const asking = index < 0 ? "" : (blocks[index] as string).replace(LABEL, "");
  const others = index < 0 ? [] : blocks.filter((_, at) => at !== index);
  const [question, inline] = index < 0 ? splitSentences(blocks.join("\n\n")) : splitInline(asking);
  const material = [inline, ...others]
    .map((block) => block.replace(MATERIAL_LABEL, "").trim())
    .filter((block) => block !== "")
    .join("\n\n");
  return { question, material };
}

/** Lines that open with a label begin a block of their own. */
function splitLabels(block: string): string[] {
  const result: string[] = [];
  for (const line of block.split("\n")) {
    if (result.length === 0 || LABEL.test(line) || MATERIAL_LABEL.test(line)) result.push(line);
    else result[result.length - 1] += `\n${line}`;
  }
  return result;
}

/** `Summarize this: long text` and `Extract the names from "..."` carry their material in the same block. */
function splitInline(block: string): [question: string, material: string] {
  const colon = block.search(/:\s/);
  const newline = block.indexOf("\n");
  const cut = colon >= 0 && colon < 200 && (newline < 0 || colon < newline) ? colon : newline;
  if (cut > 0) {
    const rest = block.slice(cut + 1).trim();
    if (words(rest).length >= 4) return [block.slice(0, cut).trim(), rest];
  }
  return splitSentences(block);
}

/** A sentence that asks, among sentences that state. */
function splitSentences(block: string): [question: string, material: string] {
  const all = sentences(block);
  const asking = all.filter((sentence) => ASKS.test(sentence) || sentence.endsWith("?"));
  const stating = all.filter((sentence) => !asking.includes(sentence));
  if (asking.length > 0 && stating.some((sentence) => words(sentence).length >= 4))
    return [asking.join(" "), stating.join(" ")];
  if (asking.length === 0 && all.length > 2) return ["", block];
  return [block, ""];
}

/** The question without the words that ask. */
function subjectOf(question: string): string {
  const first = (sentences(question.slice(0, 600))[0] ?? question).slice(0, 300);
  const plain = first
    .replace(FILLER, "")
    .replace(
      /^(?:what|who|when|where|why|how|which)\b(?:\s+(?:is|are|was|were|do|does|did|can|could|should|would|will)\b)?\s*/i,
      "",
    )
    .replace(
      /^(?:list|give|name|write|tell|explain|describe|summari[sz]e|outline|draft|create|generate|suggest|propose|discuss|research|show|define|compare|plan|compose|analy[sz]e|answer)\b\s*/i,
      "",
    )
    .replace(/^(?:me|us)\s+/i, "")
    .replace(
      /^(?:(?:a|an|the|some|one|two|three|four|five|six|seven|eight|ten|\d+)\s+)?(?:\p{L}+\s+){0,3}?(?:about|on|of|for|regarding|concerning)\s+/iu,
      "",
    )
    .replace(/^(?:a|an|the)\s+/i, "")
    .replace(/[\s?.!:]+$/, "")
    .replace(/\s+(?:work|function|happen|mean)$/i, "")
    .replace(
      /\s+(?:in|with|using|within)\s+(?:(?:a|an|one|two|three|four|five|\d+)\s+)?(?:simple terms|short|brief|sentences?|words?|bullets?|bullet points?|paragraphs?|detail)\b.*$/i,
      "",
    );
  return plain === "" ? first.replace(/[\s?.!:]+$/, "") : plain;
}
