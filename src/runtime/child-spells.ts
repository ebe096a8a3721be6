import path from "node:path";
import type {
  LoadedSpell,
  SpellDescription,
  SpellPermissions,
  SpellRunOptions,
  Spells,
  SpellSummary,
} from "../bridges/services.ts";
import { LlmspellError, toLlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { describeChildSpell, findChildSpell, listChildSpells, readBesideSpell } from "./find-child-spell.ts";
import { rejectReferences } from "./references.ts";
import { RunVm } from "./run-vm.ts";
import type { Permissions } from "./permissions.ts";

/** Most spells that run one another. */
const MAX_DEPTH = 8;
/** VMs below it cannot start. */
const LEAST_MEMORY = 4 * 1024 * 1024;

/** The spells that the script of one VM can run. */
export function createChildSpells(caller: RunVm): Spells {
  return new ChildSpells(caller);
}

class ChildSpells implements Spells {
  readonly #caller: RunVm;
  readonly #level: number;
  /** Effects whose child has a place already. */
  readonly #placed = new Set<number>();

  constructor(caller: RunVm) {
    this.#caller = caller;
    this.#level = caller.depth + 1;
  }

  async load(name: string, params: ScriptObject, engine: string | undefined, effect: number): Promise<LoadedSpell> {
    rejectReferences(params, "spells.run got", "params");
    if (this.#level > MAX_DEPTH) throw tooDeep(name, this.#caller);
    const { slots } = this.#caller.run;
    await slots.take(this.#level);
    try {
      const spell = await findChildSpell(this.#caller, name, params, engine);
      // So that it starts at once when this is answered.
      await this.#caller.run.engines.byName(spell.engine).load();
      this.#placed.add(effect);
      return spell;
    } catch (error) {
      slots.release(this.#level);
      throw error;
    }
  }

  async run(
    spell: LoadedSpell,
    options: SpellRunOptions,
    { effect, signal }: { effect: number; signal: AbortSignal },
  ): Promise<ScriptValue> {
    const { run } = this.#caller;
    if (!this.#placed.delete(effect)) run.slots.claim(this.#level);
    const ended = new AbortController();
    const timeout = options.timeoutMs;
    const timer =
      timeout === undefined ? undefined : setTimeout(() => ended.abort(tookTooLong(spell, timeout)), timeout);
    try {
      const engine = await run.engines.byName(spell.engine).load();
      signal.throwIfAborted();
      const { code, file, folder, name, version, params } = spell;
      const permissions = this.#permissions(spell, options.permissions);
      const vm = new RunVm(
        run,
        {
          engine: spell.engine,
          file,
          folder,
          name,
          version,
          params,
          args: options.args ?? [],
          env: pick(this.#caller.script.env, permissions.env),
        },
        {
          permissions,
          memoryBytes: this.#memory(options.memoryBytes),
          seed: mixed(run.spec.seed, effect),
          signal: AbortSignal.any([signal, ended.signal]),
        },
        engine.naming,
        { caller: this.#caller, effect },
      );
      return await runToEnd(vm, vm.open(engine), { code, file }, AbortSignal.any([signal, ended.signal]));
    } finally {
      clearTimeout(timer);
      ended.abort(new LlmspellError("run.aborted", "the spell has ended"));
      run.slots.release(this.#level);
    }
  }

  list(): Promise<SpellSummary[]> {
    return listChildSpells(this.#caller);
  }

  describe(name: string): Promise<SpellDescription> {
    return describeChildSpell(this.#caller, name);
  }

  async read(path: string): Promise<string | string[]> {
    return readBesideSpell(this.#caller, path);
  }

  #memory(asked: number | undefined): number {
    const most = this.#caller.bounds.memoryBytes;
    return Math.max(Math.min(asked ?? most, most), Math.min(LEAST_MEMORY, most));
  }

  /** What the manifest declares and the caller names, each within what the caller may. */
  #permissions(spell: LoadedSpell, narrowed: SpellPermissions | undefined): Permissions {
    const own = this.#caller.bounds.permissions;
    const declared = spell.permissions as SpellPermissions | null;
    return narrow(narrow(own, declared ?? undefined), narrowed);
  }
}

async function runToEnd(
  own: RunVm,
  vm: ReturnType<RunVm["open"]>,
  script: { code: string; file: string },
  signal: AbortSignal,
): Promise<ScriptValue> {
  const dispose = () => vm.dispose(toLlmspellError(signal.reason, "run.aborted"));
  signal.addEventListener("abort", dispose, { once: true });
  try {
    const value = await own.execute(vm, script);
    rejectReferences(value, `the spell ${script.file} returned`, "the result");
    return value;
  } catch (thrown) {
    const error = toLlmspellError(thrown);
    error.frames ??= [{ file: script.file }];
    throw error;
  } finally {
    signal.removeEventListener("abort", dispose);
    vm.dispose();
  }
}

const FILES = ["none", "read", "write"] as const;

/** Less of both; a list of hosts, programs or modules is checked beside the caller's own. */
function narrow(own: Permissions, by: SpellPermissions | undefined): Permissions {
  if (!by) return own;
  const [before, after] = [own.fs ?? "write", by.fs ?? "write"];
  const { env } = by;
  return {
    ...own,
    fs: FILES.indexOf(before) < FILES.indexOf(after) ? before : after,
    ...(by.net === undefined ? {} : { net: by.net, privateNet: own.privateNet?.length ? by.net : [] }),
    ...(env === undefined ? {} : { env: (own.env ?? []).filter((name) => env.includes(name)) }),
    ...(by.commands === undefined ? {} : { commands: by.commands }),
    ...(by.modules === undefined ? {} : { modules: by.modules }),
  };
}

function pick(env: Readonly<Record<string, string>>, names: readonly string[] | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => names?.includes(name)));
}

/** A seed of its own for each effect: 32 bits (the finalizer of MurmurHash3). */
function mixed(seed: number, effect: number): number {
  let bits = (seed ^ Math.imul(effect, 0x9e3779b1)) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

function tooDeep(name: string, caller: RunVm): LlmspellError {
  const chain = caller.files.toReversed().map((file) => path.normalize(file));
  return new LlmspellError(
    "limit.recursion",
    `spells run one another more than ${MAX_DEPTH} deep: ${chain.join(" -> ")} -> ${name}`,
    { details: { limit: MAX_DEPTH }, hint: "Does a spell run itself without an end?" },
  );
}

function tookTooLong({ name }: LoadedSpell, timeoutMs: number): LlmspellError {
  return new LlmspellError("async.timeout", `the spell ${name} did not end within ${timeoutMs} ms`, {
    details: { ms: timeoutMs },
  });
}
