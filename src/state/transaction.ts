import { copyObject, type ScriptObject, type ScriptValue, setKey } from "../values/script-value.ts";
import { apply, ask, type Change, type Query } from "./operations.ts";
import type { Rows, Section, Tag } from "./rows.ts";
import type { State } from "./state.ts";
import { assertStorable } from "./storable.ts";
import type { Expectation, StoredRead } from "./stored-requests.ts";
import type { Tell } from "./watchers.ts";

/** What a transaction knows of one section. */
interface Known {
  /** As stored, by key, as far as they were read. */
  readonly stored: ReadonlyMap<string, ScriptValue>;
  /** The whole of it as stored, once that was read, or what took its place. */
  readonly whole: ScriptObject | undefined;
  /** Changed rows, over both. */
  readonly changed: ReadonlyMap<string, ScriptValue>;
}

const NOTHING: Known = { stored: new Map(), whole: undefined, changed: new Map() };

interface Progress {
  known: ReadonlyMap<Section, Known>;
  changes: readonly Change[];
}

/**
 * A state as seen and changed inside of an atomic change of a stored one. Reads what it needs when it is needed, notes
 * what it relies on, and writes nothing: its owner does that at the end.
 */
export class Transaction implements State, Rows {
  readonly #read: (request: StoredRead) => ScriptValue;
  readonly #watch: (path: string, tell: Tell) => () => void;
  readonly #expect: Expectation[] = [];
  #progress: Progress = { known: new Map(), changes: [] };

  constructor(read: (request: StoredRead) => ScriptValue, watch: (path: string, tell: Tell) => () => void) {
    this.#read = read;
    this.#watch = watch;
  }

  get changes(): readonly Change[] {
    return this.#progress.changes;
  }

  get expect(): readonly Expectation[] {
    return this.#expect;
  }

  ask(query: Query): ScriptValue {
    return ask(this, query);
  }

  // oxlint-disable-next-line require-yield -- nobody is told before it is stored
  *change(change: Change): Generator<unknown, ScriptValue> {
    assertStorable(change);
    const value = apply(this, change);
    this.#progress = { ...this.#progress, changes: [...this.#progress.changes, change] };
    return value;
  }

  *update(path: string, make: (value: ScriptValue) => unknown): Generator<unknown, ScriptValue> {
    const value = (yield make(this.ask({ op: "get", path }))) as ScriptValue;
    yield* this.change({ op: "set", path, value });
    return value;
  }

  *atomic(work: (state: State) => unknown): Generator<unknown, ScriptValue> {
    const before = this.#progress;
    try {
      return (yield work(this)) as ScriptValue;
    } catch (error) {
      this.#progress = before;
      throw error;
    }
  }

  watch(path: string, tell: Tell): () => void {
    return this.#watch(path, tell);
  }

  get(section: Section, key: string): ScriptValue {
    const { changed, whole, stored } = this.#known(section);
    if (changed.has(key)) return changed.get(key);
    if (whole) return Object.hasOwn(whole, key) ? whole[key] : undefined;
    if (stored.has(key)) return stored.get(key);
    const value = this.#load(section, key) ?? undefined;
    this.#note(section, { stored: new Map([...stored, [key, value]]) });
    return value;
  }

  all(section: Section): ScriptObject {
    const known = this.#known(section);
    const whole = known.whole ?? (this.#load(section, null) as ScriptObject);
    if (!known.whole) this.#note(section, { whole });
    if (known.changed.size === 0) return whole;
    const all = copyObject(whole);
    for (const [key, value] of known.changed) {
      if (value === undefined) delete all[key];
      else setKey(all, key, value);
    }
    return all;
  }

  count(section: Section): number {
    return Object.keys(this.all(section)).length;
  }

  put(section: Section, key: string, value: ScriptValue): void {
    this.#note(section, { changed: new Map([...this.#known(section).changed, [key, value]]) });
  }

  replace(section: Section, content: ScriptObject): void {
    this.#note(section, { whole: content, changed: new Map() });
  }

  #known(section: Section): Known {
    return this.#progress.known.get(section) ?? NOTHING;
  }

  #note(section: Section, news: Partial<Known>): void {
    const known = new Map(this.#progress.known).set(section, { ...this.#known(section), ...news });
    this.#progress = { ...this.#progress, known };
  }

  #load(section: Section, key: string | null): ScriptValue {
    const [value, tag] = this.#read({ section, key }) as [ScriptValue, Tag];
    this.#expect.push([section, key, tag]);
    return value;
  }
}
