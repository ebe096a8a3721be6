import { isCall } from "../effect-events.ts";
import type { CallStarted, RunEvent } from "../../bridge/run-ports.ts";
import { colors } from "../colors.ts";
import { formatElapsed } from "../figures.ts";
import { printable } from "../printable.ts";

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;
/** How long a run must have been silent. */
const SILENT_MS = 400;
const CLEAR = "\r\u001B[K";

/** Internal methods by what a user knows them as. */
const KNOWN_AS: Readonly<Record<string, string>> = {
  "llm.generate": "model",
  "llm.generateObject": "model",
  "llm.streamInto": "model",
  "llm.open": "model",
  "llm.stream.piece": "model",
  "llm.stream.finish": "model",
  "llm.race": "models",
  "llm.embedTexts": "embeddings",
  "llm.makeImage": "image",
  "llm.makeSpeech": "speech",
  "llm.transcribeAudio": "transcript",
  "approval.wait": "an answer",
  "http.exchange": "http",
  "http.fetchFile": "download",
  "http.open": "http",
};

/** The part of a terminal that it needs. */
export interface ProgressStream {
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * A line in the terminal that says what a run waits for, drawn only while it has been silent for a moment and the cursor
 * stands at the start of a line. Whatever else goes to the terminal goes through `beside`, which takes the line away first.
 */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #dim: (text: string) => string;
  readonly #now: () => number;
  readonly #startedAt: number;
  /** Calls in flight by their number, in the order of their starts. */
  readonly #calls = new Map<number, CallStarted>();
  readonly #stop: () => void;
  #drawn = false;
  #atLineStart = true;
  #lastWrite: number;

  /** `stop` is called at the end. */
  constructor(
    stream: ProgressStream,
    now: () => number = Date.now,
    dim = (text: string) => text,
    stop: () => void = () => undefined,
  ) {
    this.#stop = stop;
    this.#stream = stream;
    this.#now = now;
    this.#dim = dim;
    this.#startedAt = now();
    this.#lastWrite = now();
  }

  told(event: RunEvent): void {
    if (!isCall(event)) return;
    if (event.type === "call.started") this.#calls.set(event.seq, event);
    else this.#calls.delete(event.seq);
  }

  /** Writes something else. `text` is what reaches the terminal by it: the line comes back only after a line end. */
  beside(write: () => void, text: string): void {
    this.#clear();
    write();
    this.#lastWrite = this.#now();
    if (text !== "") this.#atLineStart = text.endsWith("\n");
  }

  /** Draws the line anew if it may stand now. */
  tick(): void {
    const now = this.#now();
    if (!this.#atLineStart || now - this.#lastWrite < SILENT_MS) return;
    const frame = FRAMES[Math.floor(now / FRAME_MS) % FRAMES.length] as string;
    const text = `${frame} ${this.#describe(now)}`.slice(0, Math.max(10, (this.#stream.columns ?? 80) - 1));
    this.#stream.write(`${CLEAR}${this.#dim(text)}`);
    this.#drawn = true;
  }

  end(): void {
    this.#stop();
    this.#clear();
    this.#atLineStart = false;
  }

  #clear(): void {
    if (this.#drawn) this.#stream.write(CLEAR);
    this.#drawn = false;
  }

  #describe(now: number): string {
    const parents = new Set([...this.#calls.values()].map(({ parent }) => parent));
    const [oldest, ...more] = [...this.#calls.values()].filter(({ seq }) => !parents.has(seq));
    if (!oldest) return `running, ${formatElapsed(now - this.#startedAt)}`;
    const { method, target, at } = oldest;
    const what = [KNOWN_AS[method] ?? method, ...(target === undefined ? [] : [printable(target)])].join(" ");
    const others = more.length === 0 ? "" : ` and ${more.length} more`;
    return `waiting for ${what.replaceAll(/\s+/g, " ")}${others}, ${formatElapsed(now - at)}`;
  }
}

/** A progress line where a person looks on: in a terminal that can move its cursor, not in a CI, not with NO_COLOR. */
export function startProgress(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Progress | undefined {
  if (!stream.isTTY || env.TERM === "dumb" || env.NO_COLOR || env.CI) return undefined;
  const timer = setInterval(() => progress.tick(), FRAME_MS).unref();
  const progress = new Progress(stream, Date.now, colors(stream).dim, () => clearInterval(timer));
  return progress;
}
