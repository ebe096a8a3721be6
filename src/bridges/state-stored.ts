import { z } from "zod";
import type { CallContext } from "../bridge/call-context.ts";
import { method } from "../bridge/define-bridge.ts";
import { anyObject, anyValue } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { type StateAddress, StateStores } from "../state/state-stores.ts";
import { type StoredRead, type StoredWrite, readStored, writeStored } from "../state/stored-requests.ts";
import { StoredState } from "../state/stored-state.ts";
import { guard } from "../workspace/fs-error.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { workspaceFiles } from "./fs.ts";
import { tellChanged } from "./state-changed.ts";
import { STATE_STORAGE } from "./services.ts";

/** Longest pause after a conflict, in milliseconds. */
const MAX_PAUSE_MS = 32;

const STORES = {};
const STATES = {};

/** The files behind the stored states of a run, closed when it ends. */
function storesOf(ctx: CallContext): StateStores {
  return ctx.own(STORES, () => {
    const { jail } = workspaceFiles(ctx);
    const stores = new StateStores(ctx.use(STATE_STORAGE), (path) =>
      guard("keep state in", path, () => jail.writable(path)),
    );
    ctx.signal.addEventListener("abort", () => stores[Symbol.dispose](), { once: true });
    return stores;
  });
}

export const scopes = ["run", "spell", "session", "user", "global"] as const;

export interface StoredOptions {
  persistence: "file" | "sqlite" | "postgres";
  path?: string | undefined;
  scope?: (typeof scopes)[number] | undefined;
  session?: string | undefined;
  data?: ScriptObject | undefined;
}

/** A stored state, the same one for the same place. Throws `permission.denied`, `store.*`. */
export function storedState(options: StoredOptions, ctx: CallContext): StoredState {
  const address = addressOf(options);
  if (address.path === undefined) ctx.call("state", "askStored", [address.scope]);
  else {
    ctx.call("fs", "askRead", [address.path]);
    ctx.call("fs", "askWrite", [address.path]);
  }
  const known = ctx.own(STATES, () => new Map<string, StoredState>());
  const key = JSON.stringify(address);
  const state = known.get(key) ?? reach(address as StateAddress & ScriptObject, ctx);
  known.set(key, state);
  return state;
}

/** Every look and every change is an effect of its own in the journal. */
function reach(address: StateAddress & ScriptObject, ctx: CallContext): StoredState {
  return new StoredState({
    read: (request) => ctx.call("state", "readStored", [address, request as ScriptValue]) as ScriptValue,
    write: (request, attempt) =>
      ctx.call("state", "writeStored", [address, request as unknown as ScriptValue, attempt]) as never,
    changed: (changes) => tellChanged(ctx, changes),
  });
}

function addressOf({ persistence, path, scope, session }: StoredOptions): StateAddress {
  if (persistence === "postgres") {
    throw new LlmspellError("method.unavailable", "state.create: state in PostgreSQL is not part of this version", {
      hint: 'Use persistence "sqlite".',
    });
  }
  if (scope === "run")
    throw misused(
      'stored state outlives its run, so its scope cannot be "run"',
      "Leave the scope out, or use persistence memory.",
    );
  if (persistence === "file" && path === undefined)
    throw misused('persistence "file" needs a path', 'Give one, or use persistence "sqlite".');
  if (persistence === "file" && (scope ?? "global") !== "global")
    throw misused("a state file is one state: it has no scope", 'Use persistence "sqlite", or a file for each.');
  if ((scope === "session") !== (session !== undefined))
    throw misused('scope "session" and the session\'s id belong together', 'Pass scope = "session", session = "id".');
  return {
    persistence,
    scope: scope ?? (path === undefined ? "spell" : "global"),
    ...(path === undefined ? {} : { path }),
    ...(session === undefined ? {} : { session }),
  };
}

function misused(what: string, hint: string): LlmspellError {
  return new LlmspellError("input.invalid", `state.create: ${what}`, { hint });
}

const part = { sync: true, internal: true, partOfCall: true } as const;

/** What the methods of stored states are made of. */
export const storedMethods = {
  askStored: method({
    summary: "Asks the policy whether stored state of a scope may be used.",
    input: { scope: z.string() },
    output: z.null(),
    effect: "local",
    capability: "state.scope",
    target: ({ scope }) => scope,
    ...part,
    run: () => null,
  }),
  readStored: method({
    summary: "Looks at a stored state.",
    input: { address: anyObject, request: anyObject },
    output: anyValue,
    effect: "read",
    ...part,
    run: ({ address, request }, ctx) =>
      readStored(storesOf(ctx).open(address as unknown as StateAddress), request as unknown as StoredRead),
  }),
  writeStored: method({
    summary: "Changes a stored state. After a conflict it answers later the more attempts there were.",
    input: { address: anyObject, request: anyObject, attempt: z.int().positive() },
    output: anyObject,
    effect: "write",
    ...part,
    run({ address, request, attempt }, ctx) {
      const stored = storesOf(ctx).open(address as unknown as StateAddress);
      const answer = writeStored(stored, request as unknown as StoredWrite);
      if (answer.conflict) pause(Math.random() * Math.min(2 ** attempt, MAX_PAUSE_MS));
      return answer as unknown as ScriptObject;
    },
  }),
};

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
