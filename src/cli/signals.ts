import { EXIT, LlmspellError } from "../errors.ts";

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Set once a signal arrived. */
  readonly exitCode: number | undefined;
}

const EXIT_CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hangup } as const;

/** Turns Ctrl-C, SIGTERM and a terminal that goes away into an abort of the run; a second one ends the process at once. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const handler = (name: keyof typeof EXIT_CODES) => {
    const code = EXIT_CODES[name];
    if (exitCode !== undefined) process.exit(code);
    exitCode = code;
    controller.abort(new LlmspellError("run.aborted", `the run was cancelled (${name})`));
  };
  for (const name of Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]) process.on(name, () => handler(name));
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}
