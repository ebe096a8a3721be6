import { readFileSync } from "node:fs";
import { LlmspellError } from "../../errors.ts";
import { textOf, type ContentPart, type ModelMessage } from "../../models/types.ts";
import { createRuntime, type Runtime } from "../../runtime/create-runtime.ts";
import type { RunOptions, RunResult, RuntimeOptions } from "../../runtime/runtime-options.ts";
import type { Spent } from "../figures.ts";
import type { OnQuestion } from "../person/question-prompt.ts";
import { chatBridge, type TurnListener } from "./chat-bridge.ts";
import type { ChatScreen } from "./chat-screen.ts";
import type { ChatSession, ChatStore, StoredMessage } from "./chat-store.ts";

/** Rounds of tools in one turn; after them the model must answer. */
const MOST_ROUNDS = 25;
/** Of one turn: a conversation with its attachments goes through the VM as a whole. */
const LIMITS = {
  memoryBytes: 512 * 1024 * 1024,
  valueBytes: 128 * 1024 * 1024,
  hostBytes: 1024 * 1024 * 1024,
  outputBytes: 32 * 1024 * 1024,
  hostCalls: 200_000,
};

export interface ConversationOptions {
  store: ChatStore;
  session: ChatSession;
  /** Names of the tools that the model may use. */
  tools: readonly string[];
  runtime: RuntimeOptions;
  /** Of every turn. A budget is that of the whole conversation in this process. */
  run: RunOptions;
}

/** Whom a turn may ask, and what stops it. */
export interface TurnControl {
  signal: AbortSignal;
  /** Absent where there is nobody to ask. */
  onQuestion?: OnQuestion | undefined;
}

/** How a turn ended. */
export interface Turn {
  /** `provider/model`, once it answered. */
  model?: string;
  finishReason?: string;
  /** What the model said, tools aside. */
  text: string;
  error?: LlmspellError;
  spent: Spent;
  durationMs: number;
}

/**
 * A conversation: each turn is a run of the chat's spell, with limits of its own. Everything that is said is stored as it
 * comes, so that neither a failure nor Ctrl-C nor a crash loses it.
 */
export class Conversation implements AsyncDisposable {
  readonly #options: ConversationOptions;
  readonly #runtime: Runtime;
  readonly #code = readFileSync(new URL("./chat-turn.js", import.meta.url), "utf8");
  #listener: TurnListener | undefined;
  session: ChatSession;
  /** In this process. */
  readonly spent: Spent = { inputTokens: 0, outputTokens: 0, cost: 0, costKnown: true };

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.session = options.session;
    const bridge = chatBridge(() => this.#listener as TurnListener);
    // What is configured for scripts of an engine is not meant for ours; ceilings hold for it too. The store keeps what is
    // said: what the user deletes there must not stand in a journal.
    const { engines: _, ...runtime } = options.runtime;
    const limits = { ...runtime.limits, ...LIMITS };
    this.#runtime = createRuntime({ ...runtime, limits, journal: false, bridges: [bridge] });
    this.#runtime.warm();
  }

  get messages(): StoredMessage[] {
    return this.#options.store.messages(this.session.id);
  }

  /** Keeps what the user says, with attachments in front. */
  say(text: string, attached: readonly ContentPart[]): void {
    const content = attached.length === 0 ? text : [...attached, { type: "text" as const, text }];
    this.#answerOpenCalls();
    this.#options.store.append(this.session.id, { role: "user", content });
  }

  /** Asks for an answer to what was said last. Rejects only when the store fails. */
  async answer(screen: ChatScreen, { signal, onQuestion }: TurnControl): Promise<Turn> {
    const { store } = this.#options;
    const { id } = this.session;
    this.session = store.session(id);
    let text = "";
    let unsaid = "";
    const said = (message: ModelMessage) => {
      unsaid = "";
      store.append(id, message);
      if (message.role === "tool")
        screen.toolEnded(message.name ?? "", textOf(message.content), message.isError === true);
    };
    const result = await this.#run(
      { screen, said },
      {
        messages: store.messages(id).map(({ message }) => message),
        toolNames: this.#options.tools,
        settings: this.#settings(),
      },
      {
        onOutput(piece) {
          text += piece;
          unsaid += piece;
          screen.text(piece);
        },
        onLog: (event) => screen.log(event),
        ...(screen.event ? { onEvent: (event) => screen.event?.(event) } : {}),
        ...(onQuestion ? { onQuestion } : {}),
        signal,
      },
    );
    if (!result.ok) this.#keepWhatCame(unsaid);
    const turn = { text, ...this.#account(result) };
    store.addSpent(id, turn.spent);
    return turn;
  }

  /** Asks the model something beside the conversation. */
  async aside(prompt: string, signal: AbortSignal): Promise<Turn> {
    let text = "";
    const result = await this.#run(
      {
        screen: { reasoning: () => undefined, toolStarted: () => undefined },
        said: () => undefined,
      },
      { messages: [{ role: "user", content: prompt }], toolNames: [], settings: this.#model() },
      { onOutput: (piece) => void (text += piece), signal },
    );
    const turn = { text, ...this.#account(result) };
    this.#options.store.addSpent(this.session.id, turn.spent);
    return turn;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#runtime.shutdown();
  }

  async #run(
    listener: TurnListener,
    params: { messages: ModelMessage[]; toolNames: readonly string[]; settings: object },
    more: RunOptions,
  ): Promise<RunResult> {
    const { run } = this.#options;
    this.#listener = listener;
    return this.#runtime.exec(this.#code, {
      ...run,
      ...more,
      engine: "javascript",
      file: "chat",
      params: { ...params, mostRounds: MOST_ROUNDS },
      budget: this.#budgetLeft(),
    });
  }

  #model(): object {
    const { model } = this.session;
    return model === undefined ? {} : { model };
  }

  #settings(): object {
    const { system, summary } = this.session;
    const earlier = summary === undefined ? [] : [`What was said earlier in this conversation, in short:\n${summary}`];
    const parts = [...(system === undefined ? [] : [system]), ...earlier];
    return { ...this.#model(), ...(parts.length === 0 ? {} : { system: parts.join("\n\n") }) };
  }

  #budgetLeft(): NonNullable<RunOptions["budget"]> {
    const { run, runtime } = this.#options;
    const { cost, tokens } = { ...runtime.budget, ...run.budget };
    const { spent } = this;
    return {
      ...(cost === undefined ? {} : { cost: Math.max(0, cost - spent.cost) }),
      ...(tokens === undefined ? {} : { tokens: Math.max(0, tokens - spent.inputTokens - spent.outputTokens) }),
    };
  }

  #account(result: RunResult): Omit<Turn, "text"> {
    const { inputTokens, outputTokens, cost, costKnown, durationMs } = result.stats;
    const spent = { inputTokens, outputTokens, cost, costKnown };
    this.spent.inputTokens += inputTokens;
    this.spent.outputTokens += outputTokens;
    this.spent.cost += cost;
    this.spent.costKnown &&= costKnown;
    if (!result.ok) return { error: forUser(result.error), spent, durationMs };
    const { provider, model, finishReason } = result.value as Record<string, string>;
    const named = provider === "offline" ? "offline" : `${provider}/${model}`;
    return { model: named, ...(finishReason === undefined ? {} : { finishReason }), spent, durationMs };
  }

  /** What of an answer had come when it was cut. */
  #keepWhatCame(unsaid: string): void {
    this.#answerOpenCalls();
    if (unsaid.trim() !== "") this.#options.store.append(this.session.id, { role: "assistant", content: unsaid });
  }

  /** Calls of tools that got no result, as when the process was killed, get one: providers want that. */
  #answerOpenCalls(): void {
    const { store } = this.#options;
    const { id } = this.session;
    const messages = store.messages(id).map(({ message }) => message);
    const answered = new Set(messages.map(({ toolCallId }) => toolCallId));
    for (const { toolCalls = [] } of messages)
      for (const { id: toolCallId, name } of toolCalls)
        if (!answered.has(toolCallId))
          store.append(id, { role: "tool", toolCallId, name, content: "stopped before it ended", isError: true });
  }
}

/** The script of a turn is ours: its lines say nothing to the user. */
function forUser(error: LlmspellError): LlmspellError {
  const { frames: _, ...data } = error.toData();
  return error.code.startsWith("script.") ? error : new LlmspellError(error.code, error.message, data);
}
