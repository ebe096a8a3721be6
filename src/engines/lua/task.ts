import type { CallOutcome } from "../../engine/vm.ts";
import type { LlmspellError } from "../../errors.ts";
import type { ScriptValue } from "../../values/script-value.ts";

/** A coroutine that the host drives: the script itself, a task it spawned, or a call from the host. */
export interface Task {
  readonly id: number;
  readonly kind: "main" | "spawned" | "call";
  /** Its `lua_State`. */
  readonly thread: number;
  /** Registry reference that keeps the thread; 0 once given back. */
  ref: number;
  /** Values on the thread's stack for its next resumption, the function not counted. */
  args: number;
  status: "ready" | "waiting" | "done";
  /** What the host has it done for. */
  work?: unknown;
  /** How a call ended; its caller takes it at once when the call did not wait. */
  outcome?: CallOutcome;
  deferred?: { resolve(value: ScriptValue): void; reject(error: LlmspellError): void };
}

/** What a task waits for. */
export interface Wait {
  readonly task: Task;
  /** True for calls of the host, false for waits among tasks. */
  readonly host: boolean;
  outcome?: CallOutcome;
}

/** Thrown through the VM's frames to end it, past every pcall. */
export class VmExit {
  readonly error: LlmspellError;

  constructor(error: LlmspellError) {
    this.error = error;
  }
}
