import type { ScriptValue } from "../values/script-value.ts";
import type { Change, Query } from "./operations.ts";
import type { Tell } from "./watchers.ts";

/** What a script does with a state, wherever it is kept. Generators yield what callbacks return. */
export interface State {
  ask(query: Query): ScriptValue;
  change(change: Change): Generator<unknown, ScriptValue>;
  /** Sets the value at a path to what `make` answers for the present one (nil if there is none), and answers it. */
  update(path: string, make: (value: ScriptValue) => unknown): Generator<unknown, ScriptValue>;
  /** Runs `work` on this state; when it fails, the state is what it was before. */
  atomic(work: (state: State) => unknown): Generator<unknown, ScriptValue>;
  /** Answers the function that ends it. */
  watch(path: string, tell: Tell): () => void;
}
