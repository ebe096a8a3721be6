import type { CallContext } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";

/**
 * Runs a part of a composite call within `ms` milliseconds. What is over time is cancelled by the signal, which `run`
 * hands to its own `ctx.call`, and the call rejects with the error of `late`. Both ends are in the journal, so that a replay
 * comes out the same; a read or write effect bounds itself with `AbortSignal.timeout` instead.
 */
export async function withTimeLimit<T>(
  ctx: CallContext,
  ms: number,
  late: () => LlmspellError,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const clock = new AbortController();
  const work = new AbortController();
  const over = Promise.resolve(ctx.call("time", "limit", [ms], { signal: clock.signal })).then(() => {
    const error = late();
    work.abort(error);
    throw error;
  });
  over.catch(() => undefined);
  const running = run(work.signal);
  running.catch(() => undefined);
  let ended = new LlmspellError("call.cancelled", "the call ended within its time");
  try {
    return await Promise.race([running, over]);
  } catch (error) {
    // The journal keeps no error that ends the run: where it goes on later, the clock has to run again too.
    if (LlmspellError.is(error) && error.final) ended = error;
    throw error;
  } finally {
    if (!work.signal.aborted) clock.abort(ended);
  }
}
