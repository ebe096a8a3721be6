import { EXIT, LlmspellError } from "../errors.ts";
import { onLostReader } from "./streams.ts";

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Set once the run was cancelled: 0 where nobody reads its output any more, which is no error and wants no word. */
  readonly exitCode: number | undefined;
  /** Does what Ctrl-C does, for a terminal in raw mode. */
  cancel(): void;
}

const EXIT_CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hangup } as const;

/**
 * Turns Ctrl-C, SIGTERM, a terminal that goes away and output that nobody reads any more into an abort of the run; a second
 * Ctrl-C or SIGTERM ends the process at once.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const cancel = (code: number, why: string): boolean => {
    if (exitCode !== undefined) return false;
    exitCode = code;
    controller.abort(new LlmspellError("run.aborted", `the run was cancelled (${why})`));
    return true;
  };
  for (const [name, code] of Object.entries(EXIT_CODES))
    process.on(name, () => {
      if (!cancel(code, name) && name !== "SIGHUP") process.exit(code);
    });
  onLostReader((code) => cancel(code, code === EXIT.ok ? "nobody reads its output any more" : "SIGHUP"));
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    cancel: () => void cancel(EXIT.interrupted, "SIGINT"),
  };
}
