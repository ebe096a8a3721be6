import type { CallContext } from "../bridge/call-context.ts";
import { EventBus } from "../events/event-bus.ts";
import type { ScriptObject } from "../values/script-value.ts";

const BUS = {};

/** The events of a run. */
function busOf(ctx: CallContext): EventBus {
  return ctx.own(BUS, () => new EventBus({ runId: ctx.runId }));
}

/**
 * Emits an event of the run: names are noun.verb (`tool.executed`), fields camelCase data. Costs next to nothing where nobody
 * listens. To be called from local and composite methods, never from inside of an effect, so that a replay emits the same.
 */
export function emitEvent(ctx: CallContext, name: string, fields: ScriptObject): void {
  busOf(ctx).emit(name, fields, ctx.now(), ctx.seq > 0 ? { spanId: String(ctx.seq) } : {});
}
