import { type Key as NodeKey, emitKeypressEvents } from "node:readline";
import { setTimeout } from "node:timers/promises";
import type { ReadStream, WriteStream } from "node:tty";
import { EXIT } from "../../errors.ts";
import { type Key, keyOf } from "./key.ts";
import { LineEditor } from "./line-editor.ts";
import { type Completion, INTERRUPTED, type LineReader, type ReadOptions } from "./line-reader.ts";
import { menuLines } from "./menu-lines.ts";
import { type Frame, drawing, layOut, rewrapped, toEnd, toTop } from "./screen.ts";
import { type Theme, themeOf } from "./theme.ts";
import { widthOf } from "./text-width.ts";

export interface TerminalStreams {
  input: ReadStream;
  /** Where prompt and input are drawn. */
  output: WriteStream;
}

/** How long Escape waits for what would make it the start of another key, in milliseconds. */
const ESCAPE_MS = 50;
const MOST_TYPED_AHEAD = 100_000;
/** How long keys typed ahead take to arrive, in milliseconds. */
const TYPED_AHEAD_MS = 30;
const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";

type Input = { type: "key"; key: Key } | { type: "paste"; text: string };

/** A reader on a terminal: takes it into raw mode, and gives it back when disposed of or when the process ends. */
export function createTerminalReader(streams: TerminalStreams): LineReader {
  return new TerminalReader(streams);
}

class TerminalReader implements LineReader {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #theme: Theme | undefined;
  readonly #closed = new AbortController();
  readonly #undo = new DisposableStack();
  readonly #queue: Input[] = [];
  /** Of a read that waits for the next key. */
  #wake: (() => void) | undefined;
  /** Gives up what a read waits for besides keys. */
  #giveUp: (() => void) | undefined;
  #pasting: string | undefined;
  readonly #interruptHandlers: (() => void)[] = [];
  /** The read in progress, and what of it is on the screen. */
  #reading: { editor: LineEditor; options: ReadOptions } | undefined;
  #frame: Frame | undefined;
  /** Whether the last output ended in a line break. */
  #atLineStart = true;
  #killed = "";

  constructor({ input, output }: TerminalStreams) {
    this.#input = input;
    this.#output = output;
    this.#theme = themeOf(output);
    const undo = this.#undo;
    // Its type wants a whole Interface; it reads this one member.
    emitKeypressEvents(input, { escapeCodeTimeout: ESCAPE_MS } as never);
    listen(undo, input, "keypress", (text: string | undefined, key: NodeKey) => this.#arrived(text, key));
    const close = () => this.#close(EXIT.hangup);
    listen(undo, input, "end", close);
    listen(undo, input, "error", close);
    listen(undo, input, "close", close);
    listen(undo, output, "resize", () => this.#resized());
    listen(undo, process, "SIGHUP", close);
    listen(undo, process, "SIGINT", () => this.#interrupt());
    listen(undo, process, "SIGTERM", () => this.#leave(EXIT.terminated));
    listen(undo, process, "SIGCONT", () => this.#resume());
    listen(undo, process, "exit", () => this.#release());
    this.#acquire();
    input.resume();
    undo.defer(() => {
      this.#release();
      input.pause();
    });
  }

  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  async read(options: ReadOptions): Promise<string | typeof INTERRUPTED | undefined> {
    const editor = new LineEditor(options.history?.entries ?? [], this.#killed);
    if (!this.#atLineStart) this.write("\n");
    this.#reading = { editor, options };
    const giveUp = () => this.#wakeUp();
    options.signal?.addEventListener("abort", giveUp);
    try {
      const result = await this.#edit(editor, options);
      if (typeof result === "string" && result.trim() !== "") options.history?.add(result);
      return result;
    } finally {
      options.signal?.removeEventListener("abort", giveUp);
      this.#killed = editor.killed;
      this.#finishDrawing(editor);
      this.#reading = undefined;
    }
  }

  async dropTyped(): Promise<void> {
    // Some of it may still be in the terminal.
    await setTimeout(TYPED_AHEAD_MS);
    this.#queue.length = 0;
  }

  onInterrupt(handler: () => void): Disposable {
    this.#interruptHandlers.push(handler);
    return {
      [Symbol.dispose]: () => {
        const index = this.#interruptHandlers.lastIndexOf(handler);
        if (index >= 0) this.#interruptHandlers.splice(index, 1);
      },
    };
  }

  write(text: string, to: WriteStream = this.#output): void {
    if (text === "" || this.#closed.signal.aborted) return;
    if (!to.isTTY) return void to.write(text);
    const drawn = this.#frame;
    if (drawn) this.#output.write(`${toTop(drawn)}\x1b[J`);
    this.#frame = undefined;
    to.write(drawn && !text.endsWith("\n") ? `${text}\n` : text);
    this.#atLineStart = drawn !== undefined || text.endsWith("\n");
    if (drawn) this.#draw();
  }

  [Symbol.dispose](): void {
    this.#undo.dispose();
  }

  async #edit(editor: LineEditor, options: ReadOptions): Promise<string | typeof INTERRUPTED | undefined> {
    this.#draw();
    for (;;) {
      const input = await this.#next(options.signal);
      if (input === undefined) return undefined;
      if (input.type === "paste") editor.paste(input.text);
      else {
        switch (editor.press(input.key)) {
          case "submit": {
            const complete = await this.#completes(editor, options);
            if (complete !== false) return complete ? editor.buffer.text : INTERRUPTED;
            break;
          }
          case "interrupt":
            return INTERRUPTED;
          case "end":
            return undefined;
          case "complete":
            await this.#complete(editor, options);
            break;
          case "clear":
            this.#output.write("\x1b[H\x1b[2J");
            this.#frame = undefined;
            break;
          case "suspend":
            this.#suspend();
            break;
          default:
        }
      }
      if (this.#queue.length === 0) this.#draw();
    }
  }

  /** Whether Enter ends the input; starts another line where it does not. Undefined when that was given up. */
  async #completes(editor: LineEditor, { isComplete }: ReadOptions): Promise<boolean | undefined> {
    const { text } = editor.buffer;
    if (isComplete === undefined || text.trim() === "") return true;
    const complete = await this.#orGiveUp<boolean | undefined>(isComplete(text), undefined);
    if (complete === false) editor.newLine();
    return complete;
  }

  async #complete(editor: LineEditor, { complete }: ReadOptions): Promise<void> {
    if (!complete) return;
    const { text, cursor } = editor.buffer;
    const found = await this.#orGiveUp<Completion>(complete(text, cursor), { start: cursor, items: [] });
    editor.completed(found);
  }

  /** What somebody works out, or `instead` once Ctrl-C is pressed or the terminal goes away. */
  async #orGiveUp<T>(value: T | Promise<T>, instead: T): Promise<T> {
    if (!(value instanceof Promise)) return value;
    this.#draw();
    const { promise, resolve } = Promise.withResolvers<T>();
    this.#giveUp = () => resolve(instead);
    try {
      return await Promise.race([value, promise]);
    } finally {
      this.#giveUp = undefined;
    }
  }

  /** The next key or paste; undefined once the terminal went away, or `signal` gives up. */
  async #next(signal: AbortSignal | undefined): Promise<Input | undefined> {
    while (this.#queue.length === 0) {
      if (this.#closed.signal.aborted || signal?.aborted) return undefined;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#queue.shift();
  }

  #arrived(text: string | undefined, key: NodeKey): void {
    if (key.name === "paste-start") this.#pasting = "";
    else if (key.name === "paste-end") {
      this.#push({ type: "paste", text: this.#pasting ?? "" });
      this.#pasting = undefined;
    } else if (this.#pasting !== undefined) this.#pasting += key.sequence ?? text ?? "";
    else if (key.ctrl && key.name === "c") this.#interrupt();
    else this.#push({ type: "key", key: keyOf(text, key) });
  }

  #push(input: Input): void {
    if (this.#queue.length < MOST_TYPED_AHEAD) this.#queue.push(input);
    this.#wakeUp();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #interrupt(): void {
    this.#queue.length = 0;
    if (this.#reading && !this.#giveUp) return this.#push({ type: "key", key: { id: "C-c" } });
    this.#giveUp?.();
    this.#interruptHandlers.at(-1)?.();
  }

  /** Gives back a terminal that is still there, and reads no more. Who asks twice does not want to wait. */
  #leave(exitCode: number): void {
    if (this.#closed.signal.aborted) process.exit(exitCode);
    if (this.#frame) this.#output.write(toEnd(this.#frame));
    this.#release();
    this.#close(exitCode);
  }

  #close(exitCode: number): void {
    if (this.#closed.signal.aborted) return;
    this.#queue.length = 0;
    this.#frame = undefined;
    this.#closed.abort(exitCode);
    this.#giveUp?.();
    this.#wakeUp();
  }

  #resized(): void {
    if (!this.#frame) return;
    this.#frame = rewrapped(this.#frame, this.columns);
    this.#draw();
  }

  #draw(): void {
    const reading = this.#reading;
    if (!reading || this.#closed.signal.aborted) return;
    const { editor, options } = reading;
    const { prompt } = options;
    const { text, cursor } = editor.buffer;
    const { search } = editor;
    const shownPrompt = search ? `${search.failed ? "(not found)" : "(search)"} ${search.query}: ` : prompt;
    const view = {
      prompt: shownPrompt,
      continuation: options.continuation ?? continuationOf(prompt),
      text,
      cursor,
      spans: this.#theme ? (options.highlight?.(text) ?? []) : [],
      below: this.#below(editor),
    };
    const frame = layOut(view, { columns: this.columns, rows: this.#output.rows || 24 }, this.#theme);
    this.#output.write(drawing(frame, this.#frame));
    this.#frame = frame;
  }

  #below({ hint, menu }: LineEditor): string[] {
    const inverse = (text: string): string => (this.#theme ? `\x1b[7m${text}\x1b[27m` : `[${text}]`);
    const dim = (text: string): string => (this.#theme ? `\x1b[2m${text}\x1b[22m` : text);
    return [...(hint === undefined ? [] : [dim(hint)]), ...(menu ? menuLines(menu, this.columns, inverse) : [])];
  }

  /** Leaves the input on the screen as it was read, and the cursor behind it. */
  #finishDrawing(editor: LineEditor): void {
    if (!this.#frame) return;
    editor.menu = undefined;
    editor.hint = undefined;
    editor.search = undefined;
    const { text } = editor.buffer;
    editor.buffer = { text, cursor: text.length };
    this.#draw();
    this.#output.write(toEnd(this.#frame));
    this.#frame = undefined;
    this.#atLineStart = true;
  }

  #suspend(): void {
    if (this.#frame) this.#output.write(toEnd(this.#frame));
    this.#frame = undefined;
    this.#release();
    process.kill(process.pid, "SIGTSTP");
    // Where nobody can stop it, the process just goes on, without SIGCONT.
    setImmediate(() => this.#resume());
  }

  #resume(): void {
    this.#acquire();
    this.#draw();
  }

  #acquire(): void {
    if (this.#closed.signal.aborted) return;
    this.#input.setRawMode(true);
    this.#output.write(PASTE_ON);
  }

  #release(): void {
    try {
      if (this.#input.isRaw) this.#input.setRawMode(false);
      if (!this.#closed.signal.aborted) this.#output.write(`${PASTE_OFF}\x1b[?25h`);
    } catch {
      // The terminal is gone: nothing is left to restore.
    }
  }
}

function continuationOf(prompt: string): string {
  const width = widthOf(prompt);
  return width < 4 ? " ".repeat(width) : `${" ".repeat(width - 4)}... `;
}

function listen(
  undo: DisposableStack,
  emitter: NodeJS.EventEmitter,
  event: string,
  listener: (...args: never[]) => void,
): void {
  emitter.on(event, listener as () => void);
  undo.defer(() => void emitter.removeListener(event, listener as () => void));
}
