import type { Recollection } from "./agent-run.ts";
import { type AgentMessage, type AgentUsage, textOfContent } from "./messages.ts";

/** How much of a conversation the model gets. */
export interface MemoryRules {
  maxMessages?: number | undefined;
  maxTokens?: number | undefined;
  /** The model sums up what no longer fits; else it is left out. */
  summarize: boolean;
}

/** What stands for the first `upTo` messages of a conversation. */
export interface Summary {
  upTo: number;
  text: string;
}

export interface MemoryPorts {
  countTokens(text: string): number;
  /** A summary of messages, `before` being the one of those before them. */
  summarize(
    messages: readonly AgentMessage[],
    before: string,
  ): Promise<{ text: string; usage: AgentUsage; cost: number | null }>;
}

/** A conversation as one run of an agent remembers it. `summary` changes as it goes on. */
export class WorkingMemory {
  summary: Summary;
  readonly #rules: MemoryRules;
  readonly #ports: MemoryPorts;
  readonly #tokens = new WeakMap<AgentMessage, number>();
  /** Index of the message that the run answers: it is never left out. */
  readonly #pinned: number;

  constructor(rules: MemoryRules, summary: Summary, pinned: number, ports: MemoryPorts) {
    this.#rules = rules;
    this.#ports = ports;
    this.#pinned = pinned;
    this.summary = summary;
  }

  /** What the model gets: the summary of what is long past, and the latest messages that fit, calls never without their results. */
  async recollect(messages: readonly AgentMessage[]): Promise<Recollection> {
    const { upTo } = this.summary;
    const whole = messages.slice(upTo);
    if (this.#fits(whole, 1)) return { messages: this.#withSummary(messages, upTo) };
    // With a summary to make, half is left free, so that the next step does not need another one.
    const from = this.#firstOf(messages, this.#rules.summarize ? 0.5 : 1);
    if (!this.#rules.summarize || from <= upTo) return { messages: this.#withSummary(messages, from) };
    const { text, usage, cost } = await this.#ports.summarize(messages.slice(upTo, from), this.summary.text);
    this.summary = { upTo: from, text };
    return { messages: this.#withSummary(messages, from), usage, cost };
  }

  #withSummary(messages: readonly AgentMessage[], from: number): AgentMessage[] {
    const kept = messages.slice(from);
    const pinned = this.#pinned < from ? messages.slice(this.#pinned, this.#pinned + 1) : [];
    const past: AgentMessage[] =
      this.summary.text === ""
        ? []
        : [{ role: "system", content: `Summary of the conversation so far:\n${this.summary.text}` }];
    return [...past, ...pinned, ...kept];
  }

  #fits(messages: readonly AgentMessage[], share: number): boolean {
    const { maxMessages, maxTokens } = this.#rules;
    if (maxMessages !== undefined && messages.length > maxMessages * share) return false;
    if (maxTokens === undefined) return true;
    let tokens = 0;
    for (const message of messages) tokens += this.#tokensOf(message);
    return tokens <= maxTokens * share;
  }

  /** Index from which on the messages fit: never between a call and its result, and never behind the last turn. */
  #firstOf(messages: readonly AgentMessage[], share: number): number {
    const { maxMessages = Infinity, maxTokens = Infinity } = this.#rules;
    let from = messages.length;
    let tokens = 0;
    while (from > 0 && messages.length - from < Math.max(1, Math.floor(maxMessages * share))) {
      tokens += this.#tokensOf(messages[from - 1] as AgentMessage);
      if (tokens > maxTokens * share && from < messages.length) break;
      from -= 1;
    }
    let later = from;
    while (messages[later]?.role === "tool") later += 1;
    if (later < messages.length) return later;
    while (from > 0 && messages[from]?.role === "tool") from -= 1;
    return from;
  }

  #tokensOf(message: AgentMessage): number {
    const known = this.#tokens.get(message);
    if (known !== undefined) return known;
    const calls = message.toolCalls?.length ? JSON.stringify(message.toolCalls) : "";
    const count = this.#ports.countTokens(textOfContent(message.content) + calls) + 4;
    this.#tokens.set(message, count);
    return count;
  }
}

/** Messages as a text that a model can sum up. */
export function transcriptOf(messages: readonly AgentMessage[]): string {
  const lines = messages.map((message) => {
    const calls = (message.toolCalls ?? []).map(
      (call) => `[calls ${call.name} with ${JSON.stringify(call.arguments)}]`,
    );
    const who = message.role === "tool" ? `tool ${message.name ?? ""}`.trim() : message.role;
    return `${who}: ${[textOfContent(message.content), ...calls].filter((text) => text !== "").join(" ")}`;
  });
  return lines.join("\n");
}

export const SUMMARY_INSTRUCTION =
  "Sum up the conversation below for yourself: it will be gone, and only your summary stays. Keep every fact, name, number, decision, result of a tool and open question that may matter later; leave out pleasantries. Answer with the summary alone.";
