import type { Question } from "../../bridges/services.ts";
import { LlmspellError } from "../../errors.ts";
import type { RunOptions } from "../../runtime/runtime-options.ts";
import { colors } from "../colors.ts";
import type { RunView } from "../views/run-view.ts";
import { questionPrompt, type QuestionReader, type WithReader } from "./question-prompt.ts";

type Listeners = RunView["listeners"];
type OnQuestion = NonNullable<RunOptions["onQuestion"]>;

/**
 * The listeners of a run whose questions are answered on the terminal: what the run tells meanwhile waits. Without a terminal
 * there is nobody to ask; with `yes` nobody is asked for approvals.
 */
export function askInTerminal(view: RunView, yes: boolean): Listeners & Pick<RunOptions, "onQuestion"> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return { ...view.listeners, ...(yes ? { onQuestion: approving(undefined) } : {}) };
  const held = new HeldListeners(view.listeners);
  const withReader: WithReader = async (use) => {
    view.asks?.(true);
    held.hold();
    try {
      return await onTerminal(use);
    } finally {
      held.release();
      view.asks?.(false);
    }
  };
  const ask = questionPrompt(withReader, colors(stderr));
  return { ...held.listeners, onQuestion: yes ? approving(ask) : ask };
}

/** Approves what is asked; other questions go to `ask`. */
export function approving(ask: OnQuestion | undefined): OnQuestion {
  return (question, signal) => {
    if (question.kind === "approval") return { approved: true, by: "--yes" };
    if (ask) return ask(question, signal);
    throw needsTerminal(question);
  };
}

function needsTerminal({ title }: Question): LlmspellError {
  return new LlmspellError("approval.unavailable", `there is nobody to ask: ${title}`, {
    hint: "--yes approves, but cannot answer a question. Run it on a terminal.",
  });
}

async function onTerminal<T>(use: (reader: QuestionReader) => Promise<T>): Promise<T> {
  const { stdin: input, stderr: output } = process;
  const { createTerminalReader } = await import("../terminal/terminal-reader.ts");
  using reader = createTerminalReader({ input, output });
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
