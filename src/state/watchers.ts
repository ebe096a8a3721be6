import type { ScriptValue } from "../values/script-value.ts";
import type { Told } from "./operations.ts";
import { parsePath } from "./paths.ts";

/** Told of a change at or below the watched path. */
export type Tell = (path: string, value: ScriptValue, before: ScriptValue) => unknown;

/** Who wants to know of changes of a state, in the order in which they asked. */
export class Watchers {
  readonly #watchers = new Set<{ path: string; tell: Tell }>();

  /** An empty path is the whole state. Answers the function that ends it. Throws `state.invalid`. */
  add(path: string, tell: Tell): () => void {
    if (path !== "") parsePath(path);
    const watcher = { path, tell };
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  paths(): string[] {
    return [...new Set(Array.from(this.#watchers, ({ path }) => path))];
  }

  /** Tells one after the other, waiting for those that wait. */
  *tell(changes: readonly Told[]): Generator<unknown, void> {
    if (changes.length === 0) return;
    for (const { path, tell } of Array.from(this.#watchers)) {
      const change = changes.find((each) => each.path === path);
      if (change) yield tell(path, change.value, change.before);
    }
  }
}
