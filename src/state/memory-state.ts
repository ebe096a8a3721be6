import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { MemoryRows } from "./memory-rows.ts";
import { apply, ask, type Change, type Query, watching } from "./operations.ts";
import type { State } from "./state.ts";
import { type Tell, Watchers } from "./watchers.ts";

/** A state that lives as long as its run. */
export class MemoryState implements State {
  readonly #rows: MemoryRows;
  readonly #watchers = new Watchers();

  /** `charge` is told of every change of what the state holds, in bytes. It may throw. */
  constructor(charge: (bytes: number) => void, data: ScriptObject = {}) {
    this.#rows = new MemoryRows(charge);
    apply(this.#rows, { op: "begin", data });
  }

  ask(query: Query): ScriptValue {
    return ask(this.#rows, query);
  }

  *change(change: Change): Generator<unknown, ScriptValue> {
    return yield* this.#telling(() => apply(this.#rows, change));
  }

  *update(path: string, make: (value: ScriptValue) => unknown): Generator<unknown, ScriptValue> {
    const value = (yield make(this.ask({ op: "get", path }))) as ScriptValue;
    yield* this.change({ op: "set", path, value });
    return value;
  }

  *atomic(work: (state: State) => unknown): Generator<unknown, ScriptValue> {
    const mark = this.#rows.mark();
    try {
      return (yield work(this)) as ScriptValue;
    } catch (error) {
      yield* this.#telling(() => this.#rows.goBack(mark));
      throw error;
    }
  }

  watch(path: string, tell: Tell): () => void {
    return this.#watchers.add(path, tell);
  }

  *#telling<T>(work: () => T): Generator<unknown, T> {
    const { value, told } = watching(this.#rows, this.#watchers.paths(), work);
    yield* this.#watchers.tell(told);
    return value;
  }
}
