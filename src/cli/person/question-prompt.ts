import type { PersonAnswer, Question } from "../../bridges/services.ts";
import { LlmspellError } from "../../errors.ts";
import type { GivenAnswer, RunOptions } from "../../runtime/runtime-options.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { INTERRUPTED, type LineReader } from "../terminal/line-reader.ts";
import { detailLines, oneLine } from "./detail-lines.ts";

/** Answers the questions of a run. */
export type OnQuestion = NonNullable<RunOptions["onQuestion"]>;

/** Where the person is asked. */
export type QuestionReader = Pick<LineReader, "read" | "write" | "closed" | "dropTyped">;

/** Holds a terminal for one question, and gives it back. */
export type WithReader = <T>(use: (reader: QuestionReader) => Promise<T>) => Promise<T>;

export interface QuestionStyle {
  bold(text: string): string;
  dim(text: string): string;
}

/** How much of a question's details is shown. */
const MOST_LINES = 40;
const YES = /^y(es)?$/i;
const NO = /^(no?)?$/i;

/**
 * Asks the person at a terminal, one question after the other. Ctrl-D says no; Ctrl-C answers nothing, and calls
 * `interrupt`, which ends what asks. Rejects with `approval.unavailable` once the terminal is gone.
 */
export function questionPrompt(withReader: WithReader, style: QuestionStyle, interrupt: () => void): OnQuestion {
  let before: Promise<unknown> = Promise.resolve();
  return (question, signal) => {
    const answered = before.then(() => {
      signal.throwIfAborted();
      return withReader(async (reader) => {
        const answer = await ask(question, signal, reader, style);
        if (answer !== INTERRUPTED) return answer;
        interrupt();
        throw new LlmspellError("run.aborted", "the question was answered with Ctrl-C");
      });
    });
    before = answered.catch(() => undefined);
    return answered;
  };
}

async function ask(
  question: Question,
  signal: AbortSignal,
  reader: QuestionReader,
  style: QuestionStyle,
): Promise<GivenAnswer | typeof INTERRUPTED> {
  const say = (text: string) => reader.write(`${text}\n`);
  await reader.dropTyped();
  signal.throwIfAborted();
  say(style.bold(oneLine(question.title)));
  for (const line of detailLines(question.details as ScriptValue | undefined, MOST_LINES))
    say(style.dim(`  | ${line}`));
  for (const [index, choice] of (question.choices ?? []).entries()) say(`  ${index + 1}) ${oneLine(choice)}`);
  const prompt = promptOf(question);
  for (;;) {
    const text = await reader.read({ prompt, signal });
    if (signal.aborted) say(style.dim("(no answer is wanted any more)"));
    signal.throwIfAborted();
    if (text === INTERRUPTED) return text;
    if (reader.closed.aborted) throw gone(question);
    if (text === undefined) return said({ approved: false });
    const answer = answerOf(question, text.trim());
    if (answer !== undefined) return said(answer);
    say(style.dim(question.choices ? "Give the number or the text of one of them." : "Answer y or n."));
  }
}

function promptOf({ kind, choices }: Question): string {
  if (choices) return choices.length === 1 ? "Choose 1: " : `Choose 1-${choices.length}: `;
  return kind === "approval" ? "Allow? [y/N] " : "> ";
}

/** Undefined where the person must be asked again. */
function answerOf({ kind, choices }: Question, text: string): Partial<PersonAnswer> | undefined {
  if (choices) {
    if (text === "") return { approved: false };
    const chosen = choices.find((choice) => choice.toLowerCase() === text.toLowerCase()) ?? choices[Number(text) - 1];
    return chosen === undefined ? undefined : { answer: chosen };
  }
  if (kind === "question") return { answer: text, approved: true };
  if (YES.test(text)) return { answer: "yes" };
  return NO.test(text) ? { approved: false } : undefined;
}

function gone({ title }: Question): LlmspellError {
  return new LlmspellError("approval.unavailable", `the terminal went away before there was an answer: ${title}`);
}

function said(answer: Partial<PersonAnswer>): Partial<PersonAnswer> {
  return { ...answer, by: "terminal" };
}
