import type { CallContext } from "../bridge/call-context.ts";
import { EventBus, type EventOrigin } from "../events/event-bus.ts";
import type { ScriptObject } from "../values/script-value.ts";
import { EVENTS, type EventsSlot } from "./services.ts";

/** The events of a run. */
export function busOf(ctx: CallContext): EventBus {
  const slot = ctx.use(EVENTS);
  return (slot.bus ??= newBus(ctx, slot));
}

function newBus(ctx: CallContext, { idPrefix, startedAt }: EventsSlot): EventBus {
  const { tell } = ctx;
  return new EventBus({
    runId: ctx.runId,
    idPrefix,
    startedAt,
    charge: (bytes) => ctx.charge(bytes),
    tell: tell && ((event) => tell({ ...event, type: "event", name: event.type })),
  });
}

/**
 * Emits an event of the run: names are noun.verb (`tool.executed`), fields camelCase data. To be called from local and composite
 * methods, never from inside of an effect, so that a replay emits the same. Throws `events.recursion`.
 *
 * `origin`: the piece of work that it is about; default the call `ctx`.
 */
export function emitEvent(ctx: CallContext, name: string, fields: ScriptObject, origin = originOf(ctx)): void {
  busOf(ctx).emit(name, fields, ctx.now(), origin);
}

/** A piece of work of a call that has no entry of its own in the journal. */
export function newOrigin(ctx: CallContext): EventOrigin {
  const parent = ctx.seq || ctx.parent;
  return { spanId: busOf(ctx).newSpan(), ...(parent > 0 ? { parentSpanId: String(parent) } : {}) };
}

function originOf({ seq, parent }: CallContext): EventOrigin {
  if (seq > 0) return parent > 0 ? { spanId: String(seq), parentSpanId: String(parent) } : { spanId: String(seq) };
  return parent > 0 ? { spanId: String(parent) } : {};
}
