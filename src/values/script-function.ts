import type { ScriptValue } from "./script-value.ts";

/**
 * A function of a script, as the host sees it: a reference into one VM. An engine makes it while marshalling
 * an argument; the same function of the same VM always carries the same `id`.
 */
export abstract class ScriptFunction {
  /** Unique within its VM. */
  abstract readonly id: number;
  /** The function's own name in the source, or "anonymous". */
  abstract readonly name: string;

  /**
   * Calls the function inside its own VM, under that VM's limits. Answers at once when the function does not wait
   * (also from within a host call of the same VM), else with a promise. Throws or rejects with an LlmspellError;
   * `value.released` once the VM is gone.
   */
  abstract invoke(args: readonly ScriptValue[]): ScriptValue | Promise<ScriptValue>;

  /** Keeps the function alive after the host call that received it: each `retain` wants one `release`. */
  abstract retain(): void;
  /** Gives the reference back. The dispatcher releases the arguments of a finished call by itself. */
  abstract release(): void;
}
