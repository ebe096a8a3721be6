import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { isPlainObject, type ScriptObject, type ScriptValue } from "../../values/script-value.ts";
import type { BuiltInHook, BuiltInPorts } from "../built-in-hook.ts";

export const cacheOptions = z.strictObject({
  ttlMs: z.number().positive().optional().describe("Default: as long as the cache keeps it."),
});
export const rateLimitOptions = z.strictObject({
  max: z.int().min(1).describe("Calls to models in the window."),
  windowMs: z.number().positive().default(60_000),
  wait: z.boolean().default(true).describe("Wait for a place; false fails with hook.rate_limited."),
});
export const retryOptions = z.strictObject({
  max: z.int().min(1).max(10).default(2).describe("Further attempts."),
  delayMs: z.number().min(0).default(500).describe("Doubled with each."),
  maxDelayMs: z.number().min(0).default(30_000),
  any: z.boolean().default(false).describe("Also after errors that are not retryable."),
});
export const redactOptions = z.strictObject({
  kinds: z
    .array(z.enum(["pii", "secrets"]))
    .min(1)
    .default(["pii", "secrets"]),
  output: z.boolean().default(false).describe("Answers too."),
});

/** Answers from the cache where the same was asked before. */
export function cacheHook({ ttlMs }: z.output<typeof cacheOptions>, ports: BuiltInPorts): BuiltInHook {
  const counts = { hits: 0, misses: 0 };
  const keyOf = (request: ScriptValue) => `hooks.cache:${ports.hash(JSON.stringify(sorted(request)))}`;
  return {
    functions: {
      async beforeGenerate(_, request) {
        const key = keyOf(request);
        const known = await ports.cached(key);
        if (known === null || known === undefined) {
          counts.misses += 1;
          return { metadata: { cacheKey: key } };
        }
        counts.hits += 1;
        return { replace: known };
      },
      async afterGenerate({ metadata }, _, response) {
        if (typeof metadata.cacheKey === "string") await ports.cache(metadata.cacheKey, response, ttlMs);
        return null;
      },
    },
    info: () => ({ ...counts }),
  };
}

/** Lets so many model calls through in a sliding window; the others wait for their turn, or fail. */
export function rateLimitHook(
  { max, windowMs, wait }: z.output<typeof rateLimitOptions>,
  ports: BuiltInPorts,
): BuiltInHook {
  let times: number[] = [];
  let waited = 0;
  return {
    functions: {
      async beforeGenerate() {
        const now = ports.now();
        times = times.filter((time) => time > now - windowMs);
        const place = times.length < max ? now : (times[times.length - max] as number) + windowMs;
        if (place <= now) {
          times.push(now);
          return null;
        }
        if (!wait) {
          throw new LlmspellError("hook.rate_limited", `more than ${max} model calls in ${windowMs} ms`, {
            details: { limit: max, windowMs, retryAfterMs: place - now },
          });
        }
        // The place is taken before waiting, so that those who wait line up.
        times.push(place);
        waited += 1;
        await ports.sleep(place - now);
        return null;
      },
    },
    info: () => ({ waited }),
  };
}

/** Has what failed done again, with growing waits. */
export function retryHook({ max, delayMs, maxDelayMs, any }: z.output<typeof retryOptions>): BuiltInHook {
  let retries = 0;
  return {
    functions: {
      onError({ attempt }, _, error) {
        const worth = any || (LlmspellError.is(error) && error.retryable);
        if (!worth || attempt > max) return null;
        retries += 1;
        return { retry: true, delayMs: Math.min(delayMs * 2 ** (attempt - 1), maxDelayMs) };
      },
    },
    info: () => ({ retries }),
  };
}

/** Takes personal data and secrets out of what models are asked, and of what they answer where wanted. */
export function redactHook({ kinds, output }: z.output<typeof redactOptions>, ports: BuiltInPorts): BuiltInHook {
  const clean = (value: ScriptValue): ScriptValue => {
    if (typeof value === "string") return ports.redact(value, kinds);
    if (Array.isArray(value)) return value.map(clean);
    if (!isPlainObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, key === "data" ? item : clean(item)]));
  };
  return {
    functions: {
      beforeGenerate: (_, request) => ({
        ...(request as ScriptObject),
        messages: clean((request as ScriptObject).messages),
      }),
      ...(output
        ? {
            afterGenerate: (_, __, response: ScriptValue) => {
              const { content } = response as ScriptObject;
              return typeof content === "string" ? ports.redact(content, kinds) : null;
            },
          }
        : {}),
    },
  };
}

/** The same text for the same value, whatever the order of keys. */
function sorted(value: ScriptValue): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(sorted);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}
