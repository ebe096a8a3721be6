import type { RunEvent } from "../../bridge/run-ports.ts";
import { type LlmspellError, toLlmspellError } from "../../errors.ts";
import { type Spent, formatSpent } from "../figures.ts";
import { printable } from "../printable.ts";
import { renderError } from "../render-error.ts";
import type { StyledSpan } from "../terminal/line-reader.ts";
import { type Theme, styled } from "../terminal/theme.ts";
import type { ReplLanguage } from "./language.ts";
import { type CommandTarget, promptCommandOf } from "./prompt-commands.ts";
import type { Evaluation, ReplSession } from "./session.ts";
import { signatureOf } from "./signature.ts";

const PLAIN_NAME = /^\s*[\p{ID_Start}$_][\p{ID_Continue}$.]*\s*$/u;

/** Where a session's answers go. */
export interface ShellOutput {
  /** Values, to stdout. */
  result(text: string): void;
  /** Everything else, to stderr. */
  notice(text: string): void;
  readonly width: number;
  /** Both go to one terminal. */
  readonly isShared: boolean;
  /** Colours of values. */
  readonly theme: Theme | undefined;
  dim(text: string): string;
}

/** What a session does with one input, wherever it came from. */
export class ReplShell implements CommandTarget {
  readonly session: ReplSession;
  readonly #language: ReplLanguage;
  readonly #output: ShellOutput;
  readonly #spendings = new Set<(event: RunEvent) => void>();
  /** Whether the script's last output ended in a line break. */
  #atLineStart = true;
  /** The error of the last input, if it had one. */
  failed: LlmspellError | undefined;

  constructor(session: ReplSession, language: ReplLanguage, output: ShellOutput) {
    this.session = session;
    this.#language = language;
    this.#output = output;
  }

  /** Obeys or evaluates an input. Answers false when the session is to end. */
  async enter(text: string): Promise<boolean> {
    this.failed = undefined;
    if (text.trim() === "") return true;
    try {
      const known = promptCommandOf(text);
      return known ? await known.command.run(this, known.argument) : await this.evaluate(text);
    } catch (thrown) {
      this.tellError(toLlmspellError(thrown));
      return true;
    }
  }

  async evaluate(text: string, file?: string): Promise<true> {
    const { width } = this.#output;
    const evaluation = await this.session.evaluate(text, { width, ...(file === undefined ? {} : { file }) });
    // A call may well have no value; who enters a name wants to see even that.
    if (evaluation.status === "done" && PLAIN_NAME.test(text)) evaluation.text ??= this.#language.nothing;
    this.#show(text, evaluation, (value) => this.#language.highlight(value));
    return true;
  }

  async describe(text: string): Promise<true> {
    const path = this.#language.pathAt(text, text.length);
    const isMethod = path?.path.length === 1 && /^[\w.:$]+$/.test(text);
    const signature = isMethod
      ? signatureOf([path.path[0] as string, text.slice(path.start)], this.#language.naming)
      : undefined;
    if (signature === undefined) this.#show(text, await this.session.describe(text), () => []);
    else this.#value(`${signature}\n`);
    return true;
  }

  /** Output of the script. */
  print(text: string): void {
    this.#output.result(text);
    this.#atLineStart = text.endsWith("\n");
  }

  tell(text: string): void {
    this.#notice(`${this.#output.dim(text)}\n`);
  }

  tellError(raised: LlmspellError): void {
    const error = this.session.located(raised);
    this.failed = error;
    const file = error.frames?.[0]?.file;
    const input = this.session.inputs.findLast(({ name }) => name === file);
    this.#notice(renderError(error, input && { file: input.name, code: input.text }));
  }

  countSpending(): () => string[] {
    const spent: Spent = { inputTokens: 0, outputTokens: 0, cost: 0, costKnown: true };
    const count = (event: RunEvent): void => {
      if (event.type !== "call.finished" || !event.usage) return;
      const { inputTokens = 0, outputTokens = 0, cost } = event.usage;
      spent.inputTokens += inputTokens;
      spent.outputTokens += outputTokens;
      spent.cost += cost ?? 0;
      if (cost === undefined) spent.costKnown = false;
    };
    this.#spendings.add(count);
    return () => {
      this.#spendings.delete(count);
      return spent.inputTokens + spent.outputTokens > 0 ? [`models: ${formatSpent(spent)}`] : [];
    };
  }

  /** Takes an event of the session's run. */
  told(event: RunEvent): void {
    for (const count of this.#spendings) count(event);
  }

  #show(input: string, evaluation: Evaluation, highlight: (text: string) => readonly StyledSpan[]): void {
    if (evaluation.status === "interrupted") this.tell("interrupted");
    else if (evaluation.status === "failed") this.tellError(evaluation.error);
    else if (evaluation.text !== undefined && !this.#language.isNoise?.(input, evaluation.text)) {
      const text = printable(evaluation.text);
      this.#value(`${styled(text, highlight(text), this.#output.theme)}\n`);
    }
  }

  #value(text: string): void {
    this.#output.result(this.#atLineStart ? text : `\n${text}`);
    this.#atLineStart = true;
  }

  /** Where output and notices share a terminal, a notice begins a line as well. */
  #notice(text: string): void {
    this.#output.notice(this.#atLineStart || !this.#output.isShared ? text : `\n${text}`);
    this.#atLineStart ||= this.#output.isShared;
  }
}
