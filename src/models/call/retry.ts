import { LlmspellError } from "../../errors.ts";
import { abortError } from "./deadline.ts";

export interface RetryPolicy {
  /** Further attempts after the first. */
  retries: number;
  /** First upper bound of a wait in milliseconds; doubles with each attempt. */
  baseMs: number;
  /** Greatest upper bound. */
  maxMs: number;
  /** A provider that asks to wait longer than this is not waited for. */
  retryAfterCapMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { retries: 2, baseMs: 500, maxMs: 20_000, retryAfterCapMs: 60_000 };

/** What waiting needs from outside; tests pass their own. */
export interface RetryPorts {
  /** In [0, 1). */
  random(): number;
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
  now(): number;
}

export const systemPorts: RetryPorts = {
  random: Math.random,
  now: Date.now,
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError(signal));
      const timer = setTimeout(() => {
        signal.removeEventListener("abort", abort);
        resolve();
      }, milliseconds);
      const abort = (): void => {
        clearTimeout(timer);
        reject(abortError(signal));
      };
      signal.addEventListener("abort", abort, { once: true });
    }),
};

/**
 * How long to wait before attempt `attempt` (1 = first retry), or undefined when there must be none: the error is not
 * retryable, attempts are used up, the provider asks for longer than the cap, or the wait would pass `deadline`.
 * Exponential backoff with full jitter (a uniform draw between 0 and the bound); Retry-After, when given, is the least.
 */
export function retryDelay(
  error: LlmspellError,
  attempt: number,
  policy: RetryPolicy,
  ports: RetryPorts,
  deadline: number,
): number | undefined {
  if (!error.retryable || attempt > policy.retries) return undefined;
  const bound = Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
  const jitter = Math.floor(ports.random() * bound);
  const asked = error.details?.retryAfterMs;
  const wait = typeof asked === "number" ? asked + Math.min(jitter, 250) : jitter;
  if (typeof asked === "number" && asked > policy.retryAfterCapMs) return undefined;
  return ports.now() + wait >= deadline ? undefined : wait;
}

/** Runs `attempt` until it succeeds, must not be repeated, or time is up. Rejects with the last error. */
export async function withRetries<T>(
  attempt: (number: number) => Promise<T>,
  policy: RetryPolicy,
  ports: RetryPorts,
  deadline: number,
  signal: AbortSignal,
): Promise<T> {
  for (let number = 1; ; number++) {
    if (signal.aborted) throw abortError(signal);
    try {
      return await attempt(number);
    } catch (thrown) {
      if (signal.aborted) throw abortError(signal);
      if (!LlmspellError.is(thrown)) throw thrown;
      const wait = retryDelay(thrown, number, policy, ports, deadline);
      if (wait === undefined) throw number > 1 ? afterAttempts(thrown, number) : thrown;
      await ports.sleep(wait, signal);
    }
  }
}

function afterAttempts(error: LlmspellError, attempts: number): LlmspellError {
  return new LlmspellError(error.code, `${error.message} (after ${attempts} attempts)`, {
    retryable: error.retryable,
    details: { ...error.details, attempts },
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/**
 * Whether the next model of a fallback list is tried after this error: one that may be this model's alone, that is every
 * retryable one (rate limit, overload, network, timeout, bad reply) once its retries are used up, and a prompt too long
 * for this model. Not a bad key, a bad request or a content filter: those want a person's eye.
 */
export function triesNextModel(error: unknown): boolean {
  if (!LlmspellError.is(error) || error.final) return false;
  return (
    error.code.startsWith("provider.") &&
    (error.retryable || error.code === "provider.rate_limit" || error.code === "provider.context_length")
  );
}
