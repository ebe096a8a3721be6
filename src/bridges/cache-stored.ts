import type { CallContext } from "../bridge/call-context.ts";
import { method } from "../bridge/define-bridge.ts";
import { anyObject } from "../bridge/schemas.ts";
import { CacheDatabase } from "../cache/cache-database.ts";
import { toLlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { CACHE_STORAGE } from "./services.ts";

/** What is done with the kept cache, as plain data. */
export type CacheRequest =
  | { op: "open" }
  | { op: "get" | "has" | "delete"; key: string }
  | { op: "set"; key: string; value: ScriptValue; ttlMs?: number }
  | { op: "clear" | "keys" };

/** A cache that cannot be used is no failure of the spell: `problem` says why. */
type CacheAnswer = { value: ScriptValue } | { problem: string | null };

const DATABASE = {};

/** The file behind the cache of a run, closed when it ends. Throws `store.*`, and `method.unavailable` where none is wanted. */
function databaseOf(ctx: CallContext): { database: CacheDatabase; spell: string } {
  return ctx.own(DATABASE, () => {
    const { file, spell } = ctx.use(CACHE_STORAGE);
    const database = new CacheDatabase(file);
    ctx.signal.addEventListener("abort", () => database[Symbol.dispose](), { once: true });
    return { database, spell };
  });
}

function perform(request: CacheRequest, ctx: CallContext): ScriptValue {
  const { database, spell } = databaseOf(ctx);
  switch (request.op) {
    case "open":
      return null;
    case "get":
      return database.get(spell, request.key, ctx.now());
    case "has":
      return database.has(spell, request.key, ctx.now());
    case "delete":
      return database.delete(spell, request.key, ctx.now());
    case "set":
      database.set(spell, request.key, request.value, request.ttlMs, ctx.now());
      return null;
    case "clear":
      return database.clear(spell);
    case "keys":
      return database.keys(spell, ctx.now());
  }
}

function answer(request: CacheRequest, ctx: CallContext): CacheAnswer {
  try {
    return { value: perform(request, ctx) ?? null };
  } catch (thrown) {
    const error = toLlmspellError(thrown);
    if (error.code === "method.unavailable") return { problem: null };
    if (error.code.startsWith("store.")) return { problem: error.message };
    throw error;
  }
}

const part = {
  sync: true,
  internal: true,
  partOfCall: true,
  input: { request: anyObject },
  output: anyObject,
} as const;

/** What the methods of a kept cache are made of. */
export const storedCacheMethods = {
  look: method({
    summary: "Looks into the kept cache.",
    effect: "read",
    ...part,
    run: ({ request }, ctx) => answer(request as unknown as CacheRequest, ctx) as ScriptObject,
  }),
  change: method({
    summary: "Changes the kept cache.",
    effect: "write",
    ...part,
    run: ({ request }, ctx) => answer(request as unknown as CacheRequest, ctx) as ScriptObject,
  }),
};

/** A kept cache as the methods of a run use it. A problem is a miss, and told once. */
export class StoredCache {
  #told = false;

  /** Undefined where the values live as long as the run: no folder is set, or it cannot be used. */
  static open(ctx: CallContext): StoredCache | undefined {
    const cache = new StoredCache();
    const opened = cache.#ask("look", { op: "open" }, ctx);
    if ("value" in opened) return cache;
    cache.#tell(opened.problem, "what it keeps lives as long as this run", ctx);
    return undefined;
  }

  look(request: CacheRequest, ctx: CallContext): ScriptValue {
    return this.#valueOf(this.#ask("look", request, ctx), ctx);
  }

  change(request: CacheRequest, ctx: CallContext): ScriptValue {
    return this.#valueOf(this.#ask("change", request, ctx), ctx);
  }

  #ask(name: "look" | "change", request: CacheRequest, ctx: CallContext): CacheAnswer {
    return ctx.call("cache", name, [request as unknown as ScriptObject]) as unknown as CacheAnswer;
  }

  #valueOf(answered: CacheAnswer, ctx: CallContext): ScriptValue {
    if ("value" in answered) return answered.value ?? undefined;
    this.#tell(answered.problem, "it is not used", ctx);
    return undefined;
  }

  #tell(problem: string | null, outcome: string, ctx: CallContext): void {
    if (problem === null || this.#told) return;
    this.#told = true;
    ctx.log({ level: "warn", message: `cache: ${problem}; ${outcome}` });
  }
}
