import type { RunOptions } from "./runtime-options.ts";
import { personAnswer } from "./person-answer.ts";
import type { RunListener } from "./supervisor.ts";

/** What a run tells, to those who want it; output that nobody takes is gathered. */
export function collectOutput(run: RunOptions): { listener: RunListener; output(): string } {
  let output = "";
  return {
    output: () => output,
    listener: {
      output(text) {
        if (run.onOutput) run.onOutput(text);
        else output += text;
      },
      log: (event) => run.onLog?.(event),
      event: (event) => run.onEvent?.(event),
      ...(run.onQuestion
        ? {
            question: async (question, signal) => personAnswer(question, await run.onQuestion?.(question, signal)),
          }
        : {}),
    },
  };
}
