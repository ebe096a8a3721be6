import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { anyValue, callback } from "../bridge/schemas.ts";
import { MemoryCache } from "../cache/memory-cache.ts";
import { findReference } from "../values/reference.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { StoredCache, storedCacheMethods } from "./cache-stored.ts";

/** The cache of one run. */
interface Held {
  /** Everything where nothing is kept, else what cannot be: handles and functions. */
  memory: MemoryCache;
  stored: StoredCache | undefined;
  /** Values of `through` that are being made. */
  making: Map<string, Promise<ScriptValue>>;
}

const OWNED = {};

function held(ctx: CallContext): Held {
  return ctx.own(OWNED, () => ({
    memory: new MemoryCache({ charge: (bytes) => ctx.charge(bytes) }),
    stored: StoredCache.open(ctx),
    making: new Map(),
  }));
}

function get(key: string, ctx: CallContext): ScriptValue {
  const { memory, stored } = held(ctx);
  return memory.get(key, ctx.now()) ?? stored?.look({ op: "get", key }, ctx);
}

function set(key: string, value: ScriptValue, ttlMs: number | undefined, ctx: CallContext): void {
  const { memory, stored } = held(ctx);
  if (value === null || value === undefined) return void remove(key, ctx);
  if (!stored) return memory.set(key, value, ttlMs, ctx.now());
  if (findReference(value)) {
    stored.change({ op: "delete", key }, ctx);
    memory.set(key, value, ttlMs, ctx.now());
  } else {
    memory.delete(key);
    stored.change({ op: "set", key, value, ...(ttlMs === undefined ? {} : { ttlMs }) }, ctx);
  }
}

function remove(key: string, ctx: CallContext): boolean {
  const { memory, stored } = held(ctx);
  const had = memory.delete(key);
  return stored?.change({ op: "delete", key }, ctx) === true || had;
}

const key = z.string();
const ttlMs = z.number().positive().optional();
const onRun = { effect: "local", sync: true } as const;

/** `cache`: values that can be made again. */
export const cacheBridge = defineBridge({
  name: "cache",
  summary:
    "Values under keys that can be made again. `llmspell run` keeps them for the spell's next runs: at most 10,000 and 64 MB for a spell. Elsewhere they live " +
    "as long as the run: at most 1,000 and 8 MB. The least recently used give way.",
  methods: {
    get: method({
      summary: "The value under a key, or `fallback` (default nil).",
      input: { key, fallback: anyValue.optional() },
      output: anyValue,
      ...onRun,
      run: ({ key: name, fallback }, ctx) => get(name, ctx) ?? fallback ?? null,
    }),
    set: method({
      summary:
        "Keeps a value, for `ttlMs` milliseconds if given. nil removes it. Functions and handles live as long as the run.",
      input: { key, value: anyValue, ttlMs },
      output: z.null(),
      ...onRun,
      run({ key: name, value, ttlMs: ttl }, ctx) {
        set(name, value, ttl, ctx);
        return null;
      },
    }),
    has: method({
      summary: "Whether there is a value.",
      input: { key },
      output: z.boolean(),
      ...onRun,
      run({ key: name }, ctx) {
        const { memory, stored } = held(ctx);
        return memory.has(name, ctx.now()) || stored?.look({ op: "has", key: name }, ctx) === true;
      },
    }),
    delete: method({
      summary: "Removes a value; answers whether there was one.",
      input: { key },
      output: z.boolean(),
      ...onRun,
      run: (input, ctx) => remove(input.key, ctx),
    }),
    clear: method({
      summary: "Removes everything of this spell.",
      input: {},
      output: z.null(),
      ...onRun,
      run(_, ctx) {
        const { memory, stored } = held(ctx);
        memory.clear();
        stored?.change({ op: "clear" }, ctx);
        return null;
      },
    }),
    keys: method({
      summary: "The keys, sorted.",
      input: {},
      output: z.array(z.string()),
      ...onRun,
      run(_, ctx) {
        const { memory, stored } = held(ctx);
        const kept = (stored?.look({ op: "keys" }, ctx) ?? []) as string[];
        return [...memory.keys(ctx.now()), ...kept].toSorted();
      },
    }),
    through: method({
      summary:
        "The value under a key; where there is none, what the function answers, which is kept. Several callers at once share one call. A failure or nil is not kept.",
      input: { key, ttlMs: z.number().positive(), fn: callback([]) },
      output: anyValue,
      effect: "local",
      *run({ key: name, ttlMs: ttl, fn }, ctx) {
        const { making } = held(ctx);
        const known = get(name, ctx);
        if (known !== undefined) return known;
        const begun = making.get(name);
        if (begun) return (yield begun) as ScriptValue;
        const made = fn();
        if (made instanceof Promise) making.set(name, made);
        try {
          const value = (yield made) as ScriptValue;
          if (value !== null && value !== undefined) set(name, value, ttl, ctx);
          return value;
        } finally {
          making.delete(name);
        }
      },
    }),
    ...storedCacheMethods,
  },
});
