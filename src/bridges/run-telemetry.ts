import type { CallContext } from "../bridge/call-context.ts";
import { Telemetry } from "../telemetry/telemetry.ts";
import { TELEMETRY } from "./services.ts";

/** What the run measures, shared by all its scripts: for bridges that count what they do. */
export function telemetryOf(ctx: CallContext): Telemetry {
  const slot = ctx.use(TELEMETRY);
  slot.kept ??= new Telemetry((bytes) => ctx.charge(bytes));
  return slot.kept;
}
