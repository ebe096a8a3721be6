import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { MemoryRows } from "./memory-rows.ts";
import { apply, ask, type Change, type Query, watching } from "./operations.ts";
import type { State } from "./state.ts";
import { type Tell, Watchers } from "./watchers.ts";

/** A state that lives as long as its run. */
export class MemoryState implements State {
  readonly #rows: MemoryRows;
  readonly #watchers = new Watchers();
  readonly #changed: (changes: readonly Change[]) => void;
  /** Inside of an atomic function: what it has changed so far. */
  #inside: Change[] | undefined;

  /**
   * `charge` is told of every change of what the state holds, in bytes. It may throw. `changed` is told of changes that stay,
   * before the watchers.
   */
  constructor(
    charge: (bytes: number) => void,
    data: ScriptObject = {},
    changed: (changes: readonly Change[]) => void = () => undefined,
  ) {
    this.#changed = changed;
    this.#rows = new MemoryRows(charge);
    apply(this.#rows, { op: "begin", data });
  }

  ask(query: Query): ScriptValue {
    return ask(this.#rows, query);
  }

  *change(change: Change): Generator<unknown, ScriptValue> {
    return yield* this.#telling(
      () => apply(this.#rows, change),
      () => this.#note([change]),
    );
  }

  *update(path: string, make: (value: ScriptValue) => unknown): Generator<unknown, ScriptValue> {
    const value = (yield make(this.ask({ op: "get", path }))) as ScriptValue;
    yield* this.change({ op: "set", path, value });
    return value;
  }

  *atomic(work: (state: State) => unknown): Generator<unknown, ScriptValue> {
    const mark = this.#rows.mark();
    const outer = this.#inside;
    const changes: Change[] = (this.#inside = []);
    let value: ScriptValue;
    try {
      value = (yield work(this)) as ScriptValue;
    } catch (error) {
      this.#inside = outer;
      yield* this.#telling(() => this.#rows.goBack(mark));
      throw error;
    }
    this.#inside = outer;
    this.#note(changes);
    return value;
  }

  #note(changes: readonly Change[]): void {
    if (this.#inside) this.#inside.push(...changes);
    else if (changes.length > 0) this.#changed(changes);
  }

  watch(path: string, tell: Tell): () => void {
    return this.#watchers.add(path, tell);
  }

  *#telling<T>(work: () => T, done?: () => void): Generator<unknown, T> {
    const { value, told } = watching(this.#rows, this.#watchers.paths(), work);
    done?.();
    yield* this.#watchers.tell(told);
    return value;
  }
}
