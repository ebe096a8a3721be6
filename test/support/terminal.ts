import { type IPty, spawn } from "@lydell/node-pty";
import headless from "@xterm/headless";

/** Keys as a terminal sends them. */
export const KEY = {
  enter: "\r",
  tab: "\t",
  escape: "\x1b",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  backspace: "\x7f",
  altEnter: "\x1b\r",
} as const;

/** Ctrl and a letter. */
export function ctrl(letter: string): string {
  return String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
}

/** As a terminal sends what is pasted. */
export function pasted(text: string): string {
  return `\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`;
}

export interface TerminalOptions {
  columns?: number;
  rows?: number;
  /** Over the test's own; undefined takes a variable out. */
  env?: Record<string, string | undefined>;
  cwd?: string;
}

/** Longest wait for what a test expects to see, on a machine that is busy with much else: below the tests' own time, so that they tell what is shown. */
const PATIENCE_MS = 50_000;

/** A program in a pseudo-terminal, with the screen that its user would see. Ends the program when disposed of. */
export class TerminalSession implements AsyncDisposable {
  readonly #pty: IPty;
  readonly #screen: headless.Terminal;
  readonly #listeners = new Set<() => void>();
  /** Everything the program wrote. */
  written = "";
  readonly exited: Promise<{ exitCode: number; signal?: number }>;

  constructor(file: string, args: string[], { columns = 80, rows = 24, env = {}, cwd }: TerminalOptions = {}) {
    this.#screen = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
    this.#pty = spawn(file, args, {
      cols: columns,
      rows,
      name: "xterm-256color",
      env: Object.fromEntries(Object.entries({ ...process.env, ...env }).filter(([, value]) => value !== undefined)),
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.#pty.onData((data) => {
      this.written += data;
      this.#screen.write(data, () => this.#changed());
    });
    this.exited = new Promise((resolve) =>
      this.#pty.onExit((exit) => {
        resolve(exit);
        this.#changed();
      }),
    );
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Presses keys. */
  type(keys: string): void {
    this.#pty.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  kill(signal: string): void {
    this.#pty.kill(signal);
  }

  /** The lines on the screen and above it, without the empty ones at the end. */
  lines(): string[] {
    const { active } = this.#screen.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? "");
    return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
  }

  text(): string {
    return this.lines().join("\n");
  }

  /** The line that the cursor is in, and its column. */
  cursor(): { line: string; column: number } {
    const { active } = this.#screen.buffer;
    const line = active.getLine(active.baseY + active.cursorY)?.translateToString(true) ?? "";
    return { line, column: active.cursorX };
  }

  /** Waits until the screen shows it. Rejects, telling what is shown, when it does not come. */
  async shows(wanted: string | RegExp | ((session: this) => boolean)): Promise<void> {
    const holds = (): boolean => {
      if (typeof wanted === "function") return wanted(this);
      return typeof wanted === "string" ? this.text().includes(wanted) : wanted.test(this.text());
    };
    const endsAt = Date.now() + PATIENCE_MS;
    while (!holds()) {
      if (Date.now() > endsAt) throw new Error(`the screen never showed ${String(wanted)}:\n${this.text()}`);
      await this.#nextChange();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pty.kill("SIGKILL");
    await this.exited;
    this.#screen.dispose();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, 250);
      this.#listeners.add(done);
    });
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
