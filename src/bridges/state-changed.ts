import type { CallContext } from "../bridge/call-context.ts";
import { type Change, changesData } from "../state/operations.ts";
import { emitEvent } from "./run-events.ts";

/** Emits what was changed. `key` is empty where that is all of the state. */
export function tellChanged(ctx: CallContext, changes: readonly Change[]): void {
  for (const change of changes) {
    if (!changesData(change)) continue;
    const key = "path" in change ? change.path : "";
    // A state is used by many calls: none of them is its own.
    emitEvent(ctx, "state.changed", { key, operation: operationOf(change) }, {});
  }
}

function operationOf(change: Change): string {
  if (change.op === "set" && (change.value ?? null) === null) return "delete";
  return change.op === "replace" && Object.keys(change.data).length === 0 ? "clear" : change.op;
}
