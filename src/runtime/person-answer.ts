import type { PersonAnswer, Question } from "../bridges/services.ts";
import { LlmspellError } from "../errors.ts";
import type { GivenAnswer } from "./runtime-options.ts";

const YES = /^(y|yes|ok|true|approve|approved|allow)$/i;
/** Choices that say no. */
const NO = /^(n|no|deny|denied|reject|rejected|refuse|cancel|abort|stop|false)$/i;

/** What a program's answer means for the question. Throws `input.invalid` where it is no choice. */
export function personAnswer(question: Question, given: GivenAnswer | undefined): PersonAnswer {
  const { answer, approved, by = "program" } = asParts(given);
  if (approved === false && answer === undefined) return { answer: isYesOrNo(question) ? "no" : "", approved, by };
  const chosen = question.choices ? choiceOf(question.choices, answer, approved) : answer;
  if (chosen !== undefined) return { answer: chosen, approved: approved ?? approves(question, chosen), by };
  return { answer: question.kind === "approval" ? "yes" : "", approved: approved ?? false, by };
}

/** Those of the choices that are no word for no. */
export function approvingChoices(choices: readonly string[]): readonly string[] {
  return choices.filter((choice) => !NO.test(choice));
}

function asParts(given: GivenAnswer | undefined): Partial<PersonAnswer> {
  if (typeof given === "boolean") return { approved: given };
  if (typeof given === "string") return { answer: given };
  return given ?? { approved: false };
}

function isYesOrNo({ kind, choices }: Question): boolean {
  return kind === "approval" && !choices;
}

function approves(question: Question, answer: string): boolean {
  return isYesOrNo(question) ? YES.test(answer.trim()) : !NO.test(answer.trim());
}

function choiceOf(
  choices: readonly string[],
  answer: string | undefined,
  approved: boolean | undefined,
): string | undefined {
  if (answer === undefined && !approved) return undefined;
  if (answer === "" && approved === false) return answer;
  const wanted = answer?.trim().toLowerCase();
  const chosen =
    wanted === undefined ? approvingChoices(choices)[0] : choices.find((choice) => choice.toLowerCase() === wanted);
  if (chosen !== undefined) return chosen;
  throw new LlmspellError("input.invalid", `the answer "${answer ?? "yes"}" is none of the choices`, {
    hint: `Choices: ${choices.join(", ")}.`,
  });
}
