import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { drive } from "../bridge/drive.ts";
import type { method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue, callback, handle } from "../bridge/schemas.ts";
import { compileSchema } from "../schemas/compile-schema.ts";
import { dataVersion, migrate } from "../state/migrate.ts";
import { mergeStates } from "../state/merge.ts";
import { MemoryState } from "../state/memory-state.ts";
import { toJson, toSchema } from "./llm-json.ts";
import { tellChanged } from "./state-changed.ts";
import type { Annex, Change } from "../state/operations.ts";
import type { State } from "../state/state.ts";
import { flatten, omitPaths, pickPaths, sanitize } from "../state/transform.ts";
import { Handle, type ScriptObject, type ScriptValue } from "../values/script-value.ts";

const OWNED = {};

/** The state behind the global. */
export function ownState(ctx: CallContext): State {
  return ctx.own(OWNED, () => memoryState(ctx));
}

export function memoryState(ctx: CallContext, data?: ScriptObject): MemoryState {
  return new MemoryState(
    (bytes) => ctx.charge(bytes),
    data,
    (changes) => tellChanged(ctx, changes),
  );
}

function newState(ctx: CallContext, data: ScriptObject): Handle<State> {
  return ctx.handle<State>("state.store", memoryState(ctx, data));
}

function dataOf(state: State): ScriptObject {
  return state.ask({ op: "object" }) as ScriptObject;
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

const version = z.object({
  id: z.number(),
  name: z.string().optional(),
  at: z.number(),
  dataVersion: z.number().optional(),
});

type StateOf = (self: Handle, ctx: CallContext) => State;

/** The methods of a state, for the global as for handles. */
export function stateMethods(stateOf: StateOf, define: typeof method) {
  const on = (ctx: CallContext, self: unknown) => stateOf(self as Handle, ctx);
  return {
    ...dataMethods(on, define),
    ...wholeMethods(on, define),
    ...versionMethods(on, define),
    ...annexMethods(on, define),
    ...migrationMethods(on, define),
  };
}

type On = (ctx: CallContext, self: unknown) => State;

function dataMethods(on: On, define: typeof method) {
  return {
    get: define({
      summary: "The value at a path, or `fallback` (default nil).",
      input: { path, fallback: anyValue.optional() },
      output: anyValue,
      ...local,
      run: (input, ctx, self) => on(ctx, self).ask({ op: "get", path: input.path }) ?? input.fallback ?? null,
    }),
    set: define({
      summary:
        "Sets the value at a path, making objects on the way; nil removes it. Throws state.invalid where a part is no object or list.",
      input: { path, value: anyValue },
      output: z.null(),
      ...local,
      *run(input, ctx, self) {
        yield* on(ctx, self).change({ op: "set", path: input.path, value: input.value });
        return null;
      },
    }),
    has: define({
      summary: "Whether there is a value at a path.",
      input: { path },
      output: z.boolean(),
      ...local,
      run: (input, ctx, self) => on(ctx, self).ask({ op: "has", path: input.path }) as boolean,
    }),
    delete: define({
      summary: "Removes the value at a path; answers whether there was one.",
      input: { path },
      output: z.boolean(),
      ...local,
      *run(input, ctx, self) {
        return (yield* on(ctx, self).change({ op: "delete", path: input.path })) as boolean;
      },
    }),
    update: define({
      summary:
        "Sets the value at a path to what a function makes of the present one, and answers it. The function of a stored state is called again when another " +
        "process was faster.",
      input: { path, fn: callback([anyValue]) },
      output: anyValue,
      ...local,
      *run(input, ctx, self) {
        return yield* on(ctx, self).update(input.path, input.fn);
      },
    }),
    keys: define({
      summary: "The keys of the whole state, or of the object at a path.",
      input: { path: optionalPath },
      output: z.array(z.string()),
      ...local,
      run: (input, ctx, self) => on(ctx, self).ask({ op: "keys", ...at(input.path) }) as string[],
    }),
    values: define({
      summary: "The values, in the order of the keys.",
      input: { path: optionalPath },
      output: z.array(anyValue),
      ...local,
      run: (input, ctx, self) => Object.values(on(ctx, self).ask({ op: "object", ...at(input.path) }) as ScriptObject),
    }),
    entries: define({
      summary: "Pairs of key and value.",
      input: { path: optionalPath },
      output: z.array(z.array(anyValue)),
      ...local,
      run: (input, ctx, self) => Object.entries(on(ctx, self).ask({ op: "object", ...at(input.path) }) as ScriptObject),
    }),
    all: define({
      summary: "The whole state as one object.",
      input: {},
      output: anyObject,
      ...local,
      run: (_, ctx, self) => dataOf(on(ctx, self)),
    }),
    clear: define({
      summary: "Removes all data. Metadata, artifacts, messages and versions stay.",
      input: {},
      output: z.null(),
      ...local,
      *run(_, ctx, self) {
        yield* on(ctx, self).change({ op: "replace", data: {} });
        return null;
      },
    }),
  };
}

function at(path: string | undefined): { path?: string } {
  return path === undefined ? {} : { path };
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
        const data = dataOf(on(ctx, self));
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
      input: { other: z.union([handle<State>("state.store"), anyObject]), options: mergeOptions },
      output: handle("state.store"),
      ...local,
      run({ other, options }, ctx, self) {
        const theirs = other instanceof Handle ? dataOf(other.state as State) : other;
        return newState(ctx, mergeStates(dataOf(on(ctx, self)), theirs, options.strategy, options.conflictResolution));
      },
    }),
    validate: define({
      summary: "Checks the data against a JSON Schema, or its short form. Throws schema.invalid.",
      input: { schema: anyObject },
      output: z.object({ valid: z.boolean(), errors: z.array(z.object({ path: z.string(), message: z.string() })) }),
      ...local,
      run({ schema }, ctx, self) {
        const compiled = compileSchema(toSchema(schema, "state.validate", false));
        const errors = compiled.problems(toJson(dataOf(on(ctx, self)), "state.validate"));
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
      summary:
        "Runs a function, which is given the state to work on; when it fails, the state is again what it was before. Answers what the function does. Of a " +
        "stored state all is kept at once, and the function is called again when another process changed meanwhile what it had read.",
      input: { fn: callback([handle("state.store")]) },
      output: anyValue,
      ...local,
      *run({ fn }, ctx, self) {
        return yield* on(ctx, self).atomic((state) => fn(ctx.handle("state.store", state)));
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
      *run({ name }, ctx, self) {
        return (yield* on(ctx, self).change(snapshot(name, ctx))) as number;
      },
    }),
    restore: define({
      summary: "Goes back to a version, by number or name. Throws state.invalid.",
      input: { version: z.union([z.number(), z.string()]) },
      output: z.null(),
      ...local,
      *run(input, ctx, self) {
        yield* on(ctx, self).change({ op: "restore", version: input.version });
        return null;
      },
    }),
    versions: define({
      summary: "The versions, oldest first: number, name, milliseconds since the epoch.",
      input: {},
      output: z.array(version),
      ...local,
      run: (_, ctx, self) => versionsOf(on(ctx, self)),
    }),
    save: define({
      summary: "Keeps the present data under a name beside the state, for `load`. Replaces an earlier one of the name.",
      input: { name: z.string() },
      output: z.null(),
      ...local,
      *run({ name }, ctx, self) {
        yield* on(ctx, self).change(snapshot(name, ctx));
        return null;
      },
    }),
    load: define({
      summary: "Goes back to what was saved under a name. Throws state.invalid.",
      input: { name: z.string() },
      output: z.null(),
      ...local,
      *run({ name }, ctx, self) {
        yield* on(ctx, self).change({ op: "restore", version: name });
        return null;
      },
    }),
    list: define({
      summary: "The saved names, sorted.",
      input: {},
      output: z.array(z.string()),
      ...local,
      run: (_, ctx, self) =>
        versionsOf(on(ctx, self))
          .flatMap(({ name }) => name ?? [])
          .toSorted(),
    }),
  };
}

function migrationMethods(on: On, define: typeof method) {
  return {
    dataVersion: define({
      summary: "The version of the data, see `migrate`: 1 where none is known, 0 where there is no data.",
      input: {},
      output: z.number(),
      ...local,
      run: (_, ctx, self) => dataVersion(on(ctx, self)),
    }),
    migrate: define({
      summary:
        "Makes data of this version of that of the version before, once: answers whether it was needed. The function is given the data and answers the new; the new data and its version are kept at once. Data of no known version is of version 1. Throws state.version for data of a newer version.",
      input: { version: z.int().min(2), fn: callback([anyObject], anyValue, ["data"]) },
      output: z.boolean(),
      ...local,
      *run(input, ctx, self) {
        const migrations: ((data: ScriptObject) => unknown)[] = [];
        migrations[input.version - 2] = input.fn;
        const plan = { version: input.version, migrations };
        const from = yield* on(ctx, self).atomic((inside) => drive(migrate(inside, plan)));
        return from !== 0 && from !== input.version;
      },
    }),
  };
}

function snapshot(name: string | undefined, ctx: CallContext): Change {
  return { op: "snapshot", at: ctx.now(), ...(name === undefined ? {} : { name }) };
}

function versionsOf(state: State): z.output<typeof version>[] {
  return state.ask({ op: "versions" }) as unknown as z.output<typeof version>[];
}

function annexMethods(on: On, define: typeof method) {
  const getter = (kind: Annex) =>
    define({
      summary: `All ${kind} by name, or the one of a name (nil if there is none).`,
      input: { name: z.string().optional() },
      output: anyValue,
      ...local,
      run: ({ name }, ctx, self) => on(ctx, self).ask({ op: "annex", kind, ...(name === undefined ? {} : { name }) }),
    });
  const setter = (kind: Annex, summary: string) =>
    define({
      summary,
      input: { name: z.string(), value: anyValue },
      output: z.null(),
      ...local,
      *run({ name, value }, ctx, self) {
        yield* on(ctx, self).change({ op: "setAnnex", kind, name, value });
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
      run: (_, ctx, self) => on(ctx, self).ask({ op: "messages" }) as ScriptValue[],
    }),
    addMessage: define({
      summary: "Adds a message.",
      input: { message: z.union([z.string(), anyObject]) },
      output: z.null(),
      ...local,
      *run({ message }, ctx, self) {
        yield* on(ctx, self).change({ op: "addMessage", message });
        return null;
      },
    }),
  };
}
