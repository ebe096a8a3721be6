import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyValue, callback } from "../bridge/schemas.ts";
import { MemoryCache } from "../cache/memory-cache.ts";
import type { ScriptValue } from "../values/script-value.ts";

interface Held {
  cache: MemoryCache;
  /** Values of `through` that are being made. */
  making: Map<string, Promise<ScriptValue>>;
}

const OWNED = {};

function held(ctx: CallContext): Held {
  return ctx.own(OWNED, () => ({
    cache: new MemoryCache({ charge: (bytes) => ctx.charge(bytes) }),
    making: new Map(),
  }));
}

const key = z.string();
const ttlMs = z.number().positive().optional();
const onRun = { effect: "local", sync: true } as const;

/** `cache`: values that live as long as the run at most. */
export const cacheBridge = defineBridge({
  name: "cache",
  summary: "Values under keys, in memory, for this run: at most 1,000 and 8 MB; the least recently used give way.",
  methods: {
    get: method({
      summary: "The value under a key, or `fallback` (default nil).",
      input: { key, fallback: anyValue.optional() },
      output: anyValue,
      ...onRun,
      run: ({ key: name, fallback }, ctx) => held(ctx).cache.get(name, ctx.now()) ?? fallback ?? null,
    }),
    set: method({
      summary: "Keeps a value, for `ttlMs` milliseconds if given. nil removes it.",
      input: { key, value: anyValue, ttlMs },
      output: z.null(),
      ...onRun,
      run({ key: name, value, ttlMs: ttl }, ctx) {
        if (value === null || value === undefined) held(ctx).cache.delete(name);
        else held(ctx).cache.set(name, value, ttl, ctx.now());
        return null;
      },
    }),
    has: method({
      summary: "Whether there is a value.",
      input: { key },
      output: z.boolean(),
      ...onRun,
      run: (input, ctx) => held(ctx).cache.has(input.key, ctx.now()),
    }),
    delete: method({
      summary: "Removes a value; answers whether there was one.",
      input: { key },
      output: z.boolean(),
      ...onRun,
      run: (input, ctx) => held(ctx).cache.delete(input.key),
    }),
    clear: method({
      summary: "Removes everything.",
      input: {},
      output: z.null(),
      ...onRun,
      run(_, ctx) {
        held(ctx).cache.clear();
        return null;
      },
    }),
    keys: method({
      summary: "The keys, sorted.",
      input: {},
      output: z.array(z.string()),
      ...onRun,
      run: (_, ctx) => held(ctx).cache.keys(ctx.now()),
    }),
    through: method({
      summary:
        "The value under a key; where there is none, what the function answers, which is kept. Several callers at once share one call. A failure or nil is not kept.",
      input: { key, ttlMs: z.number().positive(), fn: callback([]) },
      output: anyValue,
      effect: "local",
      *run({ key: name, ttlMs: ttl, fn }, ctx) {
        const { cache, making } = held(ctx);
        const known = cache.get(name, ctx.now());
        if (known !== undefined) return known;
        const begun = making.get(name);
        if (begun) return (yield begun) as ScriptValue;
        const made = fn();
        if (made instanceof Promise) making.set(name, made);
        try {
          const value = (yield made) as ScriptValue;
          if (value !== null && value !== undefined) cache.set(name, value, ttl, ctx.now());
          return value;
        } finally {
          making.delete(name);
        }
      },
    }),
  },
});
