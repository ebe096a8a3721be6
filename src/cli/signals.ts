import { EXIT, LlmspellError } from "../errors.ts";

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Set once a signal arrived. */
  readonly exitCode: number | undefined;
}

/** Turns Ctrl-C and SIGTERM into an abort of the run; a second one ends the process at once. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const handler = (name: NodeJS.Signals) => {
    const code = name === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    controller.abort(new LlmspellError("run.aborted", `the run was cancelled (${name})`));
  };
  process.on("SIGINT", handler).on("SIGTERM", handler);
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}
