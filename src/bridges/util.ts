import { randomUUID } from "node:crypto";
import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyValue, callback } from "../bridge/schemas.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import { Handle, ScriptFunction, type ScriptValue, TextValue } from "../values/script-value.ts";
import { inspect } from "../values/inspect.ts";
import { pure } from "./pure-method.ts";
import { sleep, sleepMs } from "./sleep.ts";

const retryOptions = z
  .strictObject({
    attempts: z.int().min(1).max(100).optional().describe("Calls in all. Default 3."),
    baseDelayMs: z.number().min(0).optional().describe("Wait before the second call. Default 500."),
    factor: z.number().min(1).max(10).optional().describe("By what each further wait grows. Default 2."),
    maxDelayMs: z.number().min(0).optional().describe("Longest wait. Default 30,000."),
    jitter: z.boolean().optional().describe("Waits a random part, at least half, of each delay. Default true."),
    retryIf: z
      .union([z.literal("any"), callback([anyValue, z.int()], anyValue, ["error", "attempt"])])
      .optional()
      .describe(
        '"any", or a function(error, attempt) that says whether to call again. Default: errors marked as retryable.',
      ),
  })
  .optional();

type RetryOptions = NonNullable<z.output<typeof retryOptions>>;

/** What fits nowhere else. */
export const utilBridge = defineBridge({
  name: "util",
  summary: "Waiting, retrying and looking at values.",
  methods: {
    sleep: method({
      summary: "Waits this many milliseconds; other tasks run on.",
      input: { ms: sleepMs },
      output: z.null(),
      effect: "read",
      run: async ({ ms }, ctx) => sleep(ms, ctx.signal),
    }),
    uuid: method({
      summary: "A random UUID (version 4).",
      input: {},
      output: z.string(),
      effect: "read",
      sync: true,
      run: () => randomUUID(),
    }),
    retry: method({
      summary:
        "Calls a function(attempt) until it succeeds and answers its result, waiting longer each time; an error's `retryAfterMs` " +
        "detail is honoured. Raises the last error. By default only retryable errors are tried again.",
      input: { fn: callback([z.int()], anyValue, ["attempt"]), options: retryOptions },
      output: anyValue,
      effect: "local",
      *run({ fn, options = {} }, ctx) {
        const attempts = options.attempts ?? 3;
        for (let attempt = 1; ; attempt++) {
          try {
            return (yield fn(attempt)) as ScriptValue;
          } catch (thrown) {
            const error = toLlmspellError(thrown);
            if (attempt >= attempts || error.final || ctx.signal.aborted || !(yield* wanted(error, attempt, options)))
              throw error;
            const random = options.jitter === false ? 1 : 0.5 + ((yield ctx.call("util", "random", [])) as number) / 2;
            yield ctx.call("util", "sleep", [delayOf(error, attempt, options, random)]);
          }
        }
      },
    }),
    random: method({
      summary: "A random number from 0 to less than 1.",
      input: {},
      output: z.number(),
      effect: "read",
      sync: true,
      internal: true,
      run: () => Math.random(),
    }),
    inspect: pure({
      summary: 'A value as text for people, bounded in depth and length: `{name: "Ada", tags: ["x"]}`.',
      input: {
        value: anyValue,
        options: z
          .strictObject({
            depth: z.int().min(0).max(100).optional().describe("Levels that are shown. Default 6."),
            items: z
              .int()
              .min(0)
              .max(100_000)
              .optional()
              .describe("Elements shown of each list and object. Default 100."),
            width: z
              .int()
              .min(0)
              .max(10_000)
              .optional()
              .describe("Longest line before one element a line. Default 80."),
          })
          .optional(),
      },
      output: z.string(),
      run: ({ value, options }) => inspect(value, definedOf(options ?? {})),
    }),
    typeOf: pure({
      summary:
        "The kind of a value in every language: nil, bool, integer, number, string, bytes, time, array, object, function, error, or a handle's type.",
      input: { value: anyValue },
      output: z.string(),
      run: ({ value }) => kindOf(value),
    }),
  },
});

function* wanted(
  error: LlmspellError,
  attempt: number,
  { retryIf }: RetryOptions,
): Generator<unknown, boolean, unknown> {
  if (retryIf === undefined) return error.retryable;
  if (retryIf === "any") return true;
  return (yield retryIf(error, attempt)) === true;
}

function delayOf(error: LlmspellError, attempt: number, options: RetryOptions, random: number): number {
  const longest = options.maxDelayMs ?? 30_000;
  const told = error.details?.["retryAfterMs"];
  const grown = (options.baseDelayMs ?? 500) * (options.factor ?? 2) ** (attempt - 1) * random;
  return Math.min(longest, typeof told === "number" ? Math.max(told, grown) : grown);
}

function definedOf<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

function kindOf(value: ScriptValue): string {
  if (value === null || value === undefined) return "nil";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "integer";
  if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? "integer" : "number";
  if (typeof value === "string" || value instanceof TextValue) return "string";
  if (value instanceof Uint8Array) return "bytes";
  if (value instanceof Date) return "time";
  if (Array.isArray(value)) return "array";
  if (value instanceof ScriptFunction) return "function";
  if (value instanceof Handle) return value.type;
  return LlmspellError.is(value) ? "error" : "object";
}
