import { toCamelCase } from "../engine/naming.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { BusEvent } from "./bus-event.ts";
import { EVENT_FIELDS } from "./event-types.ts";

/** A field by the name that a script gives it: declared ones by either spelling. */
export function readField(event: BusEvent, given: string): ScriptValue {
  if (Object.hasOwn(event, given)) return event[given];
  const name = toCamelCase(given);
  const declared = Object.hasOwn(EVENT_FIELDS, name) || name === "runId" || name.endsWith("panId");
  return declared && Object.hasOwn(event, name) ? event[name] : undefined;
}
