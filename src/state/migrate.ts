import { LlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { isPlainObject } from "../values/script-value.ts";
import type { State } from "./state.ts";

export interface MigrationPlan {
  /** What the script works with, from 1. */
  version: number;
  /** The first makes version 2 of version 1, and so on. They may wait. */
  migrations: readonly ((data: ScriptObject) => unknown)[];
  /** What the state begins with, where it holds no data. */
  data?: ScriptObject | undefined;
  /** Says what is wrong with the data of the new version. */
  check?(data: ScriptObject): string | undefined;
}

/** The version of the data: 1 where there is data of which none is known, 0 where there is none. */
export function dataVersion(state: State): number {
  const known = state.ask({ op: "dataVersion" });
  if (typeof known === "number") return known;
  return isEmpty(state.ask({ op: "object" })) ? 0 : 1;
}

/**
 * Brings what a state holds to a version, inside of an atomic change of it: all migrations that are missing and the new version are
 * kept at once, or nothing is. Yields what migrations return. Throws `state.version` for data of a newer version,
 * `state.invalid` for a migration that is missing or makes no object, or data that does not fit.
 */
export function* migrate(state: State, plan: MigrationPlan): Generator<unknown, number, unknown> {
  const from = dataVersion(state);
  if (from > plan.version) throw newer(from, plan.version);
  let data = state.ask({ op: "object" }) as ScriptObject;
  if (from === 0 && plan.data) data = plan.data;
  for (let version = from === 0 ? plan.version : from; version < plan.version; version++) {
    const step = plan.migrations[version - 1];
    if (!step) throw invalid(`there is no migration from version ${version} to ${version + 1}`);
    const made = (yield step(data)) as ScriptValue;
    if (!isPlainObject(made)) throw invalid(`the migration to version ${version + 1} answered no object`);
    data = made;
  }
  const problem = from === 0 && isEmpty(data) ? undefined : plan.check?.(data);
  if (problem !== undefined) throw invalid(`the data of version ${plan.version} does not fit its schema: ${problem}`);
  if (from === plan.version) return from;
  yield* state.change({ op: "replace", data });
  yield* state.change({ op: "setDataVersion", version: plan.version });
  return from;
}

function isEmpty(data: ScriptValue): boolean {
  return isPlainObject(data) && Object.keys(data).length === 0;
}

function invalid(what: string): LlmspellError {
  return new LlmspellError("state.invalid", `${what}: nothing was changed`, {
    hint: "`migrations` holds a function for each step from version 1 on; each answers the data of the next version, as an object.",
  });
}

function newer(stored: number, known: number): LlmspellError {
  return new LlmspellError(
    "state.version",
    `the state has version ${stored}; the spell knows versions up to ${known}`,
    {
      details: { stored, known },
      hint: "Run the newer version of the spell, or keep the state elsewhere.",
    },
  );
}
