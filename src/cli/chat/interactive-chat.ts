import { type LlmspellError, toLlmspellError } from "../../errors.ts";
import { listModels, modelInfo } from "../../models/describe-models.ts";
import type { ModelsConfig } from "../../models/provider-config.ts";
import { colors } from "../colors.ts";
import { formatElapsed, formatSpent, type Spent } from "../figures.ts";
import { createLogPrinter, type LogFlags } from "../log-printer.ts";
import { approving } from "../person/ask-in-terminal.ts";
import { questionPrompt } from "../person/question-prompt.ts";
import { printable } from "../printable.ts";
import { renderError } from "../render-error.ts";
import { type Completion, type History, INTERRUPTED, type LineReader } from "../terminal/line-reader.ts";
import { startProgress } from "../terminal/progress.ts";
import type { Attachment } from "./attachment.ts";
import type { ChatControl } from "./chat-control.ts";
import type { ChatSession, ChatStore, StoredMessage } from "./chat-store.ts";
import { contextWindow, filled, summarizable, summaryPrompt } from "./context-room.ts";
import type { Conversation, Turn, TurnControl } from "./conversation.ts";
import { COMMANDS, isCommand, runCommand } from "./slash-commands.ts";
import { TextScreen } from "./text-screen.ts";

export interface InteractiveOptions {
  reader: LineReader;
  store: ChatStore;
  conversation: Conversation;
  models: ModelsConfig;
  /** What a run without a model of its own asks, where that is known. */
  defaultModel: string | undefined;
  attached: Attachment[];
  history: History;
  /** `yes` allows whatever tools ask for. */
  flags: LogFlags & { yes?: boolean };
}

/** Shares of the context from which the user hears of it, and is asked to shorten the conversation. */
const WORTH_SAYING = 0.75;
const NEARLY_FULL = 0.95;

/** A chat in a terminal, until the user ends it. */
export class InteractiveChat implements ChatControl {
  readonly #options: InteractiveOptions;
  readonly #colors = colors(process.stdout);
  /** Warnings that were shown: each turn is a run, which would say them again. */
  readonly #warned = new Set<string>();
  #answeredBy: string | undefined;

  constructor(options: InteractiveOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { reader, history } = this.#options;
    const { dim } = this.#colors;
    this.say(
      dim(`Model ${this.model ?? "by default"}, session ${this.session.name}. /help lists commands, Ctrl-D ends.`),
    );
    let interrupted = false;
    for (;;) {
      const input = await reader.read({
        prompt: this.#prompt(),
        continuation: "  ",
        complete: (text, cursor) => this.#complete(text.slice(0, cursor)),
        history,
      });
      if (input === undefined || (input === INTERRUPTED && interrupted)) return;
      interrupted = input === INTERRUPTED;
      if (input === INTERRUPTED) this.say(dim("Ctrl-C again, Ctrl-D or /exit ends the chat."));
      else if ((await this.#obey(input)) === "end") return;
    }
  }

  get store(): ChatStore {
    return this.#options.store;
  }

  get session(): ChatSession {
    return this.store.session(this.#options.conversation.session.id);
  }

  get spent(): Spent {
    return this.#options.conversation.spent;
  }

  get messages(): readonly StoredMessage[] {
    return this.#options.conversation.messages;
  }

  get attached(): Attachment[] {
    return this.#options.attached;
  }

  get model(): string | undefined {
    return this.session.model ?? this.#answeredBy ?? this.#options.defaultModel;
  }

  say(text: string): void {
    this.#options.reader.write(`${text}\n`);
  }

  async confirm(question: string): Promise<boolean> {
    for (;;) {
      const answer = await this.#options.reader.read({ prompt: `${printable(question)} [y/N] ` });
      if (typeof answer !== "string") return false;
      if (/^y(es)?$/i.test(answer.trim())) return true;
      if (/^(no?)?$/i.test(answer.trim())) return false;
    }
  }

  setModel(name: string): void {
    modelInfo(name, this.#options.models);
    this.store.setModel(this.session.id, name);
  }

  setSystem(text: string | undefined): void {
    this.store.setSystem(this.session.id, text);
  }

  open(session: ChatSession): void {
    this.#options.conversation.session = session;
    this.#answeredBy = undefined;
  }

  async answer(): Promise<void> {
    const { conversation } = this.#options;
    await this.#makeRoom();
    const turn = await this.#show((screen, control) => conversation.answer(screen, control));
    if (turn?.error?.code === "provider.context_length" && (await this.#offerSummary("It is too long for the model.")))
      await this.#show((screen, control) => conversation.answer(screen, control));
  }

  async compact(): Promise<void> {
    const part = summarizable(this.messages);
    if (!part) return this.say("There is nothing to summarize: the last message stays as it is.");
    const { conversation, models } = this.#options;
    const prompt = summaryPrompt(part.messages, this.session.summary, contextWindow(this.model, models));
    const turn = await this.#show((_screen, { signal }) => conversation.aside(prompt, signal));
    if (!turn || turn.error || turn.text.trim() === "") return this.say("Nothing was changed.");
    this.store.summarize(this.session.id, part.before, turn.text.trim());
    this.say(this.#colors.dim(`Summarized ${part.messages.length} messages; they stay stored.`));
  }

  async #obey(input: string): Promise<void | "end"> {
    if (input.trim() === "") return undefined;
    try {
      if (isCommand(input)) return await runCommand(this, input);
      await this.#ask(input.replace(/^\/\//, "/"));
    } catch (thrown) {
      this.#tell(toLlmspellError(thrown));
    }
    return undefined;
  }

  async #ask(text: string): Promise<void> {
    const { conversation, attached } = this.#options;
    conversation.say(
      text,
      attached.map(({ part }) => part),
    );
    attached.length = 0;
    await this.answer();
  }

  /** Shows a turn, which Ctrl-C stops, and what it used. Undefined when the user stopped it. */
  async #show(work: (screen: TextScreen, control: TurnControl) => Promise<Turn>): Promise<Turn | undefined> {
    const { reader, flags } = this.#options;
    const stop = new AbortController();
    const screen = this.#screen();
    const ask = questionPrompt(
      async (use) => {
        screen.asks(true);
        try {
          return await use(reader);
        } finally {
          screen.asks(false);
        }
      },
      this.#colors,
      () => stop.abort(),
    );
    const onQuestion = flags.yes ? approving(ask) : ask;
    using _interrupts = reader.onInterrupt(() => stop.abort());
    const close = () => stop.abort();
    reader.closed.addEventListener("abort", close, { once: true });
    try {
      const turn = await work(screen, { signal: stop.signal, onQuestion });
      screen.end();
      this.#answeredBy = turn.model ?? this.#answeredBy;
      if (stop.signal.aborted) this.say(this.#colors.dim("Stopped; what came is kept. /retry asks again."));
      else this.#conclude(turn);
      return stop.signal.aborted ? undefined : turn;
    } finally {
      screen.end();
      reader.closed.removeEventListener("abort", close);
    }
  }

  #screen(): TextScreen {
    const { reader, flags } = this.#options;
    const write = (text: string) => reader.write(text);
    const printLog = createLogPrinter(flags);
    return new TextScreen({
      answer: write,
      aside: write,
      together: true,
      colors: this.#colors,
      progress: startProgress(process.stdout, process.env),
      log: (event) => {
        if (this.#warned.has(event.message)) return;
        this.#warned.add(event.message);
        printLog(event);
      },
    });
  }

  #conclude({ error, spent, durationMs, finishReason }: Turn): void {
    if (error) return this.#tell(error, "/retry asks again.");
    const { dim, yellow } = this.#colors;
    if (finishReason === "length") this.say(yellow("The answer was cut at the model's limit of output."));
    if (finishReason === "content_filter") this.say(yellow("The provider's content filter cut the answer."));
    const total = this.session.spent;
    const all = total.inputTokens + total.outputTokens > spent.inputTokens + spent.outputTokens;
    this.say(dim(`${formatSpent(spent)}; ${formatElapsed(durationMs)}${all ? `. In all ${formatSpent(total)}` : ""}`));
    const share = this.#filled();
    if (share !== undefined && share > WORTH_SAYING)
      this.say(
        yellow(
          `The conversation fills about ${Math.round(share * 100)} % of the model's context; /compact shortens it.`,
        ),
      );
  }

  #filled(): number | undefined {
    const window = contextWindow(this.model, this.#options.models);
    return window === undefined
      ? undefined
      : filled(
          this.session,
          this.messages.map(({ message }) => message),
          window,
        );
  }

  async #makeRoom(): Promise<void> {
    const share = this.#filled();
    if (share !== undefined && share > NEARLY_FULL && summarizable(this.messages))
      await this.#offerSummary("The conversation nearly fills the model's context.");
  }

  async #offerSummary(why: string): Promise<boolean> {
    if (!summarizable(this.messages) || !(await this.confirm(`${why} Summarize its earlier part?`))) return false;
    await this.compact();
    return true;
  }

  #tell(error: LlmspellError, more?: string): void {
    this.#options.reader.write(renderError(error));
    if (more) this.say(this.#colors.dim(more));
  }

  #prompt(): string {
    const { attached } = this.#options;
    const files = attached.length === 0 ? "" : `[${attached.length} ${attached.length === 1 ? "file" : "files"}] `;
    return `${this.#colors.bold(`${files}>`)} `;
  }

  /** Commands, and what `/model` and `/sessions` may be given. */
  #complete(text: string): Completion {
    const [, name, given] = /^\/(\S*)(?:\s+(\S*))?$/.exec(text) ?? [];
    if (name === undefined) return { start: text.length, items: [] };
    if (given === undefined) return itemsOf(1, name, Object.keys(COMMANDS));
    const known =
      name === "model"
        ? listModels(this.#options.models)
            .filter(({ kind }) => kind === "chat")
            .map((model) => model.name)
        : name === "sessions"
          ? this.store.list().map((session) => session.name)
          : [];
    return itemsOf(text.length - given.length, given, known);
  }
}

function itemsOf(start: number, given: string, known: readonly string[]): Completion {
  return { start, items: known.filter((word) => word.startsWith(given)).map((word) => ({ text: word })) };
}
