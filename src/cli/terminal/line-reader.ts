import type { WriteStream } from "node:tty";

/** What `read` answers when Ctrl-C was pressed: the text typed so far is given up, the session goes on. */
export const INTERRUPTED = Symbol("interrupted");

/** How a stretch of text is shown while it is typed. The reader knows the colours; none with NO_COLOR. */
export type TextStyle = "keyword" | "string" | "number" | "comment" | "name" | "error";

/** Offsets are UTF-16 units; spans are in order and do not overlap. */
export interface StyledSpan {
  start: number;
  end: number;
  style: TextStyle;
}

export interface CompletionItem {
  /** Takes the place of the text from `Completion.start` to the cursor. */
  text: string;
  /** Shown in the menu instead of the text. */
  label?: string;
}

/** What may stand at the cursor. */
export interface Completion {
  start: number;
  items: readonly CompletionItem[];
  /** One line shown below the input, e.g. a signature. */
  hint?: string;
}

/** Earlier inputs, oldest first. */
export interface History {
  readonly entries: readonly string[];
  /** Remembers an input. Never throws: a history that cannot be kept is no reason to end a session. */
  add(text: string): void;
}

export interface ReadOptions {
  /** May hold colours (SGR sequences), but no line break. */
  prompt: string;
  /** Before every further line. Default: as wide as the prompt, ending in `... `. */
  continuation?: string;
  /** Whether Enter ends the input; otherwise it starts another line. Default: always. Alt-Enter starts another line whatever this says. */
  isComplete?(text: string): boolean | Promise<boolean>;
  complete?(text: string, cursor: number): Completion | Promise<Completion>;
  highlight?(text: string): readonly StyledSpan[];
  /** For arrow keys and Ctrl-R; the reader adds what was read. */
  history?: History;
  /** Gives the read up, which then answers undefined. */
  signal?: AbortSignal;
}

/**
 * Reads lines from a terminal in raw mode, which it holds from its making until it is disposed of. Keys typed between two
 * reads wait for the next one.
 */
export interface LineReader extends Disposable {
  /** The next input; undefined at its end: Ctrl-D on an empty line, or once `closed`. One read at a time. */
  read(options: ReadOptions): Promise<string | typeof INTERRUPTED | undefined>;
  /** Drops what was typed ahead: it is no answer to what is asked next. */
  dropTyped(): Promise<void>;
  /**
   * Called for Ctrl-C (or SIGINT) while nothing is read, or while a read waits for `complete` or `isComplete`, which are
   * given up. Keys typed ahead are dropped.
   */
  onInterrupt(handler: () => void): Disposable;
  /**
   * Prints to the terminal, or to another of the process's streams; where that is a terminal too, a line that is being typed
   * moves below.
   */
  write(text: string, to?: WriteStream): void;
  /** Aborts once nothing more can be read: the terminal went away, or SIGTERM came. Its reason is the exit code. */
  readonly closed: AbortSignal;
  readonly columns: number;
}
