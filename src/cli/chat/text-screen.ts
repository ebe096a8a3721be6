import type { LogEvent } from "../../bridge/call-context.ts";
import type { RunEvent } from "../../bridge/run-ports.ts";
import type { colors } from "../colors.ts";
import { isCall } from "../effect-events.ts";
import { printable } from "../printable.ts";
import type { Progress } from "../terminal/progress.ts";
import type { ChatScreen, ToolArguments } from "./chat-screen.ts";

export interface TextScreenParts {
  /** Where answers go. */
  answer(text: string): void;
  /** Where everything else goes; absent where nobody wants it. */
  aside?(text: string): void;
  /** Both are one terminal: what is beside an answer stands on lines of its own, and control characters are shown as text. */
  together: boolean;
  colors: ReturnType<typeof colors>;
  log(event: LogEvent): void;
  progress?: Progress | undefined;
}

const MOST_WIDTH = 100;

/** A turn as lines of text: the answer as it comes, reasoning and tools dimmed. */
export class TextScreen implements ChatScreen {
  readonly #parts: TextScreenParts;
  #atLineStart = true;
  #reasons = false;

  constructor(parts: TextScreenParts) {
    this.#parts = parts;
  }

  text(piece: string): void {
    if (this.#reasons && this.#parts.together) this.#ownLine();
    this.#reasons = false;
    const shown = this.#parts.together ? printable(piece) : piece;
    this.#write(this.#parts.answer, shown);
    if (piece !== "") this.#atLineStart = piece.endsWith("\n");
  }

  reasoning(piece: string): void {
    const { aside, colors } = this.#parts;
    if (!aside) return;
    if (!this.#reasons) this.#ownLine();
    this.#reasons = true;
    this.#write(aside, colors.dim(printable(piece)));
    if (this.#parts.together && piece !== "") this.#atLineStart = piece.endsWith("\n");
  }

  toolStarted(name: string, args: ToolArguments): void {
    this.line(this.#parts.colors.cyan(callText(name, args)));
  }

  toolEnded(_name: string, result: string, failed: boolean): void {
    const { dim, red } = this.#parts.colors;
    this.line(failed ? red(`  ${shorten(result)}`) : dim(`  ${resultText(result)}`));
  }

  /** A question to the user stands in the terminal from now on, or does no more: no progress meanwhile. */
  asks(open: boolean): void {
    this.#ownLine();
    this.#parts.progress?.beside(() => undefined, open ? "?" : "\n");
  }

  log(event: LogEvent): void {
    this.#ownLine();
    this.#write(() => this.#parts.log(event), "\n");
  }

  event(event: RunEvent): void {
    if (isCall(event) && !event.method.startsWith("chat.")) this.#parts.progress?.told(event);
  }

  /** A line beside the answer. */
  line(text: string): void {
    if (!this.#parts.aside) return;
    this.#ownLine();
    this.#write(this.#parts.aside, `${text}\n`);
  }

  /** The turn is over: the cursor stands at the start of a line. */
  end(): void {
    this.#parts.progress?.end();
    if (!this.#atLineStart) this.#parts.answer("\n");
    this.#atLineStart = true;
    this.#reasons = false;
  }

  #ownLine(): void {
    if (!this.#parts.together || this.#atLineStart) return;
    this.#write(this.#parts.answer, "\n");
    this.#atLineStart = true;
  }

  #write(write: (text: string) => void, text: string): void {
    const { progress } = this.#parts;
    if (progress) progress.beside(() => write(text), text);
    else write(text);
  }
}

/** `file_read path=notes.md limit=20`. */
function callText(name: string, args: ToolArguments): string {
  const given = Object.entries(args).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return shorten([name, ...given].join(" "));
}

function resultText(result: string): string {
  const lines = result.trimEnd().split("\n");
  const more = lines.length > 1 ? ` ... (${lines.length} lines)` : "";
  return `${shorten(lines[0] ?? "")}${more}`;
}

/** One line, not too long, without control characters. */
function shorten(text: string): string {
  const line = printable(text).trim().replaceAll(/\s+/g, " ");
  return line.length > MOST_WIDTH ? `${line.slice(0, MOST_WIDTH - 3)}...` : line;
}
