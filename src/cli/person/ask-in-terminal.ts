import type { Question } from "../../bridges/services.ts";
import { LlmspellError } from "../../errors.ts";
import { approvingChoices } from "../../runtime/person-answer.ts";
import type { RunOptions } from "../../runtime/runtime-options.ts";
import { colors } from "../colors.ts";
import type { RunView } from "../views/run-view.ts";
import { type OnQuestion, questionPrompt, type QuestionReader, type WithReader } from "./question-prompt.ts";

type Listeners = RunView["listeners"];

interface TerminalQuestions {
  /** Approves whatever is to be allowed: nobody is asked. */
  yes: boolean;
  /** Ends what asks: Ctrl-C. */
  interrupt: () => void;
  /** A question stands in the terminal from now on, or does no more. */
  asks(open: boolean): void;
}

/** Asks on this process's terminal. Undefined where there is nobody to ask: standard input or stderr is no terminal. */
export function terminalQuestions({ yes, interrupt, asks }: TerminalQuestions): OnQuestion | undefined {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return yes ? approving(undefined) : undefined;
  const withReader: WithReader = async (use) => {
    asks(true);
    try {
      return await onTerminal(use, interrupt);
    } finally {
      asks(false);
    }
  };
  const ask = questionPrompt(withReader, colors(stderr), interrupt);
  return yes ? approving(ask) : ask;
}

/** The listeners of a run whose questions are answered on the terminal: what the run tells meanwhile waits. */
export function askInTerminal(
  view: RunView,
  who: Omit<TerminalQuestions, "asks">,
): Listeners & Pick<RunOptions, "onQuestion"> {
  const held = new HeldListeners(view.listeners);
  const onQuestion = terminalQuestions({
    ...who,
    asks(open) {
      if (!open) held.release();
      view.asks?.(open);
      if (open) held.hold();
    },
  });
  return { ...held.listeners, ...(onQuestion ? { onQuestion } : {}) };
}

/** Approves what is asked; a question that has no answer which is yes, or more than one, goes to `ask`. */
export function approving(ask: OnQuestion | undefined): OnQuestion {
  return (question, signal) => {
    const { kind, choices } = question;
    if (kind === "approval" && (!choices || approvingChoices(choices).length === 1))
      return { approved: true, by: "--yes" };
    if (ask) return ask(question, signal);
    throw needsTerminal(question);
  };
}

function needsTerminal({ title }: Question): LlmspellError {
  return new LlmspellError("approval.unavailable", `there is nobody to ask: ${title}`, {
    hint: "--yes approves, but cannot choose, nor answer a question. Run it on a terminal.",
  });
}

async function onTerminal<T>(use: (reader: QuestionReader) => Promise<T>, interrupt: () => void): Promise<T> {
  const { stdin: input, stderr: output } = process;
  const { createTerminalReader } = await import("../terminal/terminal-reader.ts");
  using reader = createTerminalReader({ input, output });
  using _ = reader.onInterrupt(interrupt);
  return await use(reader);
}

/** Keeps what a run tells while a question stands in the terminal. */
class HeldListeners {
  readonly listeners: Listeners;
  #waiting: (() => void)[] | undefined;
  #atLineStart = true;

  constructor({ onOutput, onLog, onEvent }: Listeners) {
    const later = (tell: () => void) => void (this.#waiting ? this.#waiting.push(tell) : tell());
    this.listeners = {
      ...(onOutput
        ? {
            onOutput: (text: string) =>
              later(() => {
                if (text !== "") this.#atLineStart = text.endsWith("\n");
                onOutput(text);
              }),
          }
        : {}),
      ...(onLog ? { onLog: (event) => later(() => onLog(event)) } : {}),
      ...(onEvent ? { onEvent: (event) => later(() => onEvent(event)) } : {}),
    };
  }

  hold(): void {
    this.#waiting ??= [];
    // The question has a line of its own.
    if (!this.#atLineStart && process.stdout.isTTY) process.stderr.write("\n");
  }

  release(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const tell of waiting) tell();
  }
}
