import { z } from "zod";
import { LlmspellError } from "../errors.ts";

/** The longest that a timer can wait. */
const MAX_MS = 2 ** 31 - 1;

/** Milliseconds to wait. */
export const sleepMs = z.number().min(0).max(MAX_MS);

/** Resolves to nil after `ms` milliseconds. Rejects with the signal's reason, or `run.aborted`, as soon as it aborts. */
export function sleep(ms: number, signal: AbortSignal): Promise<null> {
  return new Promise((resolve, reject) => {
    const aborted = () => {
      clearTimeout(timer);
      reject(
        LlmspellError.is(signal.reason)
          ? signal.reason
          : new LlmspellError("run.aborted", "the run was cancelled while it slept"),
      );
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", aborted);
      resolve(null);
    }, ms);
    if (signal.aborted) aborted();
    else signal.addEventListener("abort", aborted, { once: true });
  });
}
