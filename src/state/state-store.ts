import { LlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { sizeOf } from "../values/size.ts";
import { isEqual } from "./equal.ts";
import { deleteAt, getAt, growthAt, parsePath, setAt } from "./paths.ts";

/** Told of a change at or below the watched path. */
export type Watcher = (path: string, value: ScriptValue, before: ScriptValue) => unknown;

export interface StateVersion {
  id: number;
  name: string | undefined;
  at: number;
}

/** Everything a state holds besides its data. */
interface Annexes {
  metadata: ScriptObject;
  artifacts: ScriptObject;
  messages: readonly ScriptValue[];
}

const NO_ANNEXES: Annexes = { metadata: {}, artifacts: {}, messages: [] };

/**
 * A state in memory. Data is never changed in place: every change makes a new root that shares what did not change, so
 * that versions cost what differs at most.
 */
export class StateStore {
  readonly #charge: (bytes: number) => void;
  readonly #watchers = new Map<number, { parts: readonly string[]; path: string; tell: Watcher }>();
  readonly #versions = new Map<number, StateVersion & { data: ScriptObject; size: number }>();
  #data: ScriptObject;
  #annexes: Annexes = NO_ANNEXES;
  #size = 0;
  #nextVersion = 1;
  #nextWatcher = 1;

  /** `charge` is told of every change of what the store holds, in bytes. It may throw. */
  constructor(charge: (bytes: number) => void, data: ScriptObject = {}) {
    this.#charge = charge;
    this.#data = data;
    this.#book(sizeOf(data));
  }

  get data(): ScriptObject {
    return this.#data;
  }

  get(path: string): ScriptValue {
    return getAt(this.#data, parsePath(path));
  }

  /** The object at a path, the whole state without one. Throws `state.invalid` where there is something else. */
  object(path: string | undefined): ScriptObject {
    const value = path === undefined ? this.#data : (this.get(path) ?? {});
    if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
      return value as ScriptObject;
    throw new LlmspellError("state.invalid", `what is at "${path}" is no object`, { details: { path } });
  }

  /** Sets a value, or removes it where the value is nil. Answers what the watchers that wait answered. */
  *set(path: string, value: ScriptValue): Generator<unknown, void> {
    const parts = parsePath(path);
    const removed = value === null || value === undefined;
    const data = removed ? deleteAt(this.#data, parts) : setAt(this.#data, parts, value, path);
    yield* this.replace(data as ScriptObject, growthAt(this.#data, data, parts));
  }

  /** Puts another root in place, larger by `growth` bytes, and tells the watchers of what is different, one after the other. */
  *replace(data: ScriptObject, growth?: number): Generator<unknown, void> {
    const before = this.#data;
    if (data === before) return;
    this.#data = data;
    this.#book(growth ?? sizeOf(data) - sizeOf(before));
    for (const { parts, path, tell } of Array.from(this.#watchers.values())) {
      const [now, then] = [getAt(data, parts), getAt(before, parts)];
      if (!isEqual(now, then)) yield tell(path, now, then);
    }
  }

  /** Calls back after each change of what is at or below a path (empty: anywhere). Answers the function that ends it. */
  watch(path: string, tell: Watcher): () => void {
    const id = this.#nextWatcher++;
    this.#watchers.set(id, { parts: path === "" ? [] : parsePath(path), path, tell });
    return () => void this.#watchers.delete(id);
  }

  /** Keeps the present data as a version; one of the same name gives way. */
  snapshot(name: string | undefined, at: number): number {
    if (name !== undefined) this.#forget(name);
    const id = this.#nextVersion++;
    const size = sizeOf(this.#data);
    this.#book(size);
    this.#versions.set(id, { id, name, at, data: this.#data, size });
    return id;
  }

  /** Throws `state.invalid` for a version that is not there. */
  *restore(version: number | string): Generator<unknown, void> {
    const found = [...this.#versions.values()].find(({ id, name }) =>
      typeof version === "string" ? name === version : id === version,
    );
    if (!found) throw new LlmspellError("state.invalid", `there is no version ${JSON.stringify(version)} of the state`);
    yield* this.replace(found.data);
  }

  versions(): StateVersion[] {
    return [...this.#versions.values()].map(({ id, name, at }) => ({ id, name, at }));
  }

  #forget(named: string): void {
    for (const { id, name, size } of this.#versions.values()) {
      if (name !== named) continue;
      this.#versions.delete(id);
      this.#book(-size);
    }
  }

  get metadata(): ScriptObject {
    return this.#annexes.metadata;
  }

  get artifacts(): ScriptObject {
    return this.#annexes.artifacts;
  }

  get messages(): readonly ScriptValue[] {
    return this.#annexes.messages;
  }

  /** `growth` in bytes, where it is known. */
  annex<K extends keyof Annexes>(kind: K, value: Annexes[K], growth?: number): void {
    const bytes = growth ?? sizeOf(value as ScriptValue) - sizeOf(this.#annexes[kind] as ScriptValue);
    this.#annexes = { ...this.#annexes, [kind]: value };
    this.#book(bytes);
  }

  /** What `atomic` goes back to. */
  mark(): { data: ScriptObject; annexes: Annexes } {
    return { data: this.#data, annexes: this.#annexes };
  }

  *goBack({ data, annexes }: { data: ScriptObject; annexes: Annexes }): Generator<unknown, void> {
    for (const kind of ["metadata", "artifacts", "messages"] as const) this.annex(kind, annexes[kind]);
    yield* this.replace(data);
  }

  #book(bytes: number): void {
    this.#size += bytes;
    this.#charge(bytes);
  }

  /** Estimated bytes held, versions included. */
  get size(): number {
    return this.#size;
  }
}
