import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import type { method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, callback, handle } from "../bridge/schemas.ts";
import { compileSchema } from "../models/structured/compile-schema.ts";
import { mergeStates } from "../state/merge.ts";
import { StateStore } from "../state/state-store.ts";
import { flatten, omitPaths, pickPaths, sanitize } from "../state/transform.ts";
import { Handle, type ScriptObject, type ScriptValue, setKey } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";

const OWNED = {};

/** The state behind the global. */
export function ownState(ctx: CallContext): StateStore {
  return ctx.own(OWNED, () => new StateStore((bytes) => ctx.charge(bytes)));
}

export function newState(ctx: CallContext, data: ScriptObject): Handle<StateStore> {
  return ctx.handle("state.store", new StateStore((bytes) => ctx.charge(bytes), data));
}

const path = z.string();
const optionalPath = z.string().optional();
const local = { effect: "local", sync: true } as const;

const keys = z.array(z.string());
const transformation = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("filter"), keys }),
  z.strictObject({ type: z.literal("pick"), keys }),
  z.strictObject({ type: z.literal("omit"), keys }),
  z.strictObject({ type: z.literal("flatten"), separator: z.string().min(1).default(".") }),
  z.strictObject({ type: z.literal("sanitize"), keys: keys.optional(), replacement: anyValue.optional() }),
  z.strictObject({ type: z.literal("custom"), fn: callback([anyObject], anyObject, ["data"]) }),
]);

const mergeOptions = z
  .strictObject({
    strategy: z.enum(["last", "mergeAll", "union", "deep"]).default("deep"),
    conflictResolution: z.enum(["ours", "theirs", "error"]).default("theirs"),
  })
  .prefault({});

const version = z.object({ id: z.number(), name: z.string().optional(), at: z.number() });

type StoreOf = (self: Handle, ctx: CallContext) => StateStore;

/** The methods of a state, for the global as for handles. */
export function stateMethods(storeOf: StoreOf, define: typeof method) {
  const on = (ctx: CallContext, self: unknown) => storeOf(self as Handle, ctx);
  return {
    ...dataMethods(on, define),
    ...wholeMethods(on, define),
    ...versionMethods(on, define),
    ...annexMethods(on, define),
  };
}

type On = (ctx: CallContext, self: unknown) => StateStore;

function dataMethods(on: On, define: typeof method) {
  return {
    get: define({
      summary: "The value at a path, or `fallback` (default nil).",
      input: { path, fallback: anyValue.optional() },
      output: anyValue,
      ...local,
      run: (input, ctx, self) => on(ctx, self).get(input.path) ?? input.fallback ?? null,
    }),
    set: define({
      summary:
        "Sets the value at a path, making objects on the way; nil removes it. Throws state.invalid where a part is no object or list.",
      input: { path, value: anyValue },
      output: z.null(),
      ...local,
      *run(input, ctx, self) {
        yield* on(ctx, self).set(input.path, input.value);
        return null;
      },
    }),
    has: define({
      summary: "Whether there is a value at a path.",
      input: { path },
      output: z.boolean(),
      ...local,
      run: (input, ctx, self) => on(ctx, self).get(input.path) !== undefined,
    }),
    delete: define({
      summary: "Removes the value at a path; answers whether there was one.",
      input: { path },
      output: z.boolean(),
      ...local,
      *run(input, ctx, self) {
        const store = on(ctx, self);
        const had = store.get(input.path) !== undefined;
        yield* store.set(input.path, undefined);
        return had;
      },
    }),
    update: define({
      summary: "Sets the value at a path to what a function makes of the present one, and answers it.",
      input: { path, fn: callback([anyValue]) },
      output: anyValue,
      ...local,
      *run(input, ctx, self) {
        const store = on(ctx, self);
        const value = (yield input.fn(store.get(input.path) ?? null)) as ScriptValue;
        yield* store.set(input.path, value);
        return value;
      },
    }),
    keys: define({
      summary: "The keys of the whole state, or of the object at a path.",
      input: { path: optionalPath },
      output: z.array(z.string()),
      ...local,
      run: (input, ctx, self) => Object.keys(on(ctx, self).object(input.path)),
    }),
    values: define({
      summary: "The values, in the order of the keys.",
      input: { path: optionalPath },
      output: z.array(anyValue),
      ...local,
      run: (input, ctx, self) => Object.values(on(ctx, self).object(input.path)),
    }),
    entries: define({
      summary: "Pairs of key and value.",
      input: { path: optionalPath },
      output: z.array(z.array(anyValue)),
      ...local,
      run: (input, ctx, self) => Object.entries(on(ctx, self).object(input.path)),
    }),
    all: define({
      summary: "The whole state as one object.",
      input: {},
      output: anyObject,
      ...local,
      run: (_, ctx, self) => on(ctx, self).data,
    }),
    clear: define({
      summary: "Removes all data. Metadata, artifacts, messages and versions stay.",
      input: {},
      output: z.null(),
      ...local,
      *run(_, ctx, self) {
        yield* on(ctx, self).replace({});
        return null;
      },
    }),
  };
}

function wholeMethods(on: On, define: typeof method) {
  return {
    transform: define({
      summary:
        "Makes a new state: `filter` or `pick` keep the dotted paths in `keys`, `omit` drops them, `flatten` joins names by `separator`, " +
        "`sanitize` replaces fields named like secrets (or like `keys`), `custom` asks `fn`.",
      input: { transformation },
      output: handle("state.store"),
      ...local,
      *run(input, ctx, self) {
        const { data } = on(ctx, self);
        const given = input.transformation;
        if (given.type === "custom") return newState(ctx, (yield given.fn(data)) as ScriptObject);
        if (given.type === "flatten") return newState(ctx, flatten(data, given.separator));
        if (given.type === "sanitize") return newState(ctx, sanitize(data, given.keys, given.replacement ?? undefined));
        return newState(ctx, given.type === "omit" ? omitPaths(data, given.keys) : pickPaths(data, given.keys));
      },
    }),
    merge: define({
      summary:
        "Makes a new state of this and another (a state or an object): `last` is the other one, `mergeAll` has the keys of both, `union` unites lists too, " +
        "`deep` (default) merges at every level. `conflictResolution`: ours, theirs (default) or error (state.invalid).",
      input: { other: z.union([handle<StateStore>("state.store"), anyObject]), options: mergeOptions },
      output: handle("state.store"),
      ...local,
      run({ other, options }, ctx, self) {
        const theirs = other instanceof Handle ? (other.state as StateStore).data : other;
        return newState(ctx, mergeStates(on(ctx, self).data, theirs, options.strategy, options.conflictResolution));
      },
    }),
    validate: define({
      summary: "Checks the data against a JSON Schema. Throws schema.invalid.",
      input: { schema: anyObject },
      output: z.object({ valid: z.boolean(), errors: z.array(z.object({ path: z.string(), message: z.string() })) }),
      ...local,
      run({ schema }, ctx, self) {
        const errors = compileSchema(schema as Record<string, unknown>).problems(on(ctx, self).data);
        return { valid: errors.length === 0, errors };
      },
    }),
    watch: define({
      summary: "Calls `fn(value, before, path)` after each change at or below a path (empty: anywhere), until `stop`.",
      input: { path, fn: callback([anyValue, anyValue, z.string()], anyValue, ["value", "before", "path"]) },
      output: handle("state.watch"),
      ...local,
      run(input, ctx, self) {
        const { fn } = input;
        fn.retain();
        const end = on(ctx, self).watch(input.path, (changed, value, before) =>
          fn(value ?? null, before ?? null, changed),
        );
        let stopped = false;
        const stop = () => {
          if (stopped) return;
          stopped = true;
          end();
          fn.release();
        };
        return ctx.handle("state.watch", { stop });
      },
    }),
    atomic: define({
      summary: "Runs a function; when it fails, the state is again what it was before. Answers what the function does.",
      input: { fn: callback([]) },
      output: anyValue,
      ...local,
      *run({ fn }, ctx, self) {
        const store = on(ctx, self);
        const mark = store.mark();
        try {
          return (yield fn()) as ScriptValue;
        } catch (error) {
          yield* store.goBack(mark);
          throw error;
        }
      },
    }),
  };
}

function versionMethods(on: On, define: typeof method) {
  return {
    snapshot: define({
      summary: "Keeps the present data as a version and answers its number.",
      input: { name: z.string().optional() },
      output: z.number(),
      ...local,
      run: ({ name }, ctx, self) => on(ctx, self).snapshot(name, ctx.now()),
    }),
    restore: define({
      summary: "Goes back to a version, by number or name. Throws state.invalid.",
      input: { version: z.union([z.number(), z.string()]) },
      output: z.null(),
      ...local,
      *run(input, ctx, self) {
        yield* on(ctx, self).restore(input.version);
        return null;
      },
    }),
    versions: define({
      summary: "The versions, oldest first: number, name, milliseconds since the epoch.",
      input: {},
      output: z.array(version),
      ...local,
      run: (_, ctx, self) =>
        on(ctx, self)
          .versions()
          .map(({ id, name, at }) => ({ id, at, ...(name === undefined ? {} : { name }) })),
    }),
    save: define({
      summary: "Keeps the present data under a name, in memory, for `load`. Replaces an earlier one of the name.",
      input: { name: z.string() },
      output: z.null(),
      ...local,
      run({ name }, ctx, self) {
        on(ctx, self).snapshot(name, ctx.now());
        return null;
      },
    }),
    load: define({
      summary: "Goes back to what was saved under a name. Throws state.invalid.",
      input: { name: z.string() },
      output: z.null(),
      ...local,
      *run({ name }, ctx, self) {
        yield* on(ctx, self).restore(name);
        return null;
      },
    }),
    list: define({
      summary: "The saved names, sorted.",
      input: {},
      output: z.array(z.string()),
      ...local,
      run: (_, ctx, self) =>
        on(ctx, self)
          .versions()
          .flatMap(({ name }) => name ?? [])
          .toSorted(),
    }),
  };
}

function annexMethods(on: On, define: typeof method) {
  const getter = (kind: "metadata" | "artifacts") =>
    define({
      summary: `All ${kind} by name, or the one of a name (nil if there is none).`,
      input: { name: z.string().optional() },
      output: anyValue,
      ...local,
      run({ name }, ctx, self) {
        const held = on(ctx, self)[kind];
        if (name === undefined) return held;
        return Object.hasOwn(held, name) ? (held[name] ?? null) : null;
      },
    });
  const setter = (kind: "metadata" | "artifacts", summary: string) =>
    define({
      summary,
      input: { name: z.string(), value: anyValue },
      output: z.null(),
      ...local,
      run({ name, value }, ctx, self) {
        const store = on(ctx, self);
        const changed = { ...store[kind] };
        if (value === null || value === undefined) delete changed[name];
        else setKey(changed, name, value);
        store.annex(kind, changed);
        return null;
      },
    });
  return {
    metadata: getter("metadata"),
    setMetadata: setter("metadata", "Sets a piece of metadata; nil removes it."),
    artifacts: getter("artifacts"),
    addArtifact: setter("artifacts", "Keeps an artifact under a name; nil removes it."),
    messages: define({
      summary: "The messages, oldest first.",
      input: {},
      output: z.array(anyValue),
      ...local,
      run: (_, ctx, self) => [...on(ctx, self).messages],
    }),
    addMessage: define({
      summary: "Adds a message.",
      input: { message: z.union([z.string(), anyObject]) },
      output: z.null(),
      ...local,
      run({ message }, ctx, self) {
        const store = on(ctx, self);
        store.annex("messages", [...store.messages, message], sizeOf(message));
        return null;
      },
    }),
  };
}
