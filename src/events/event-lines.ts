import { LlmspellError } from "../errors.ts";
import { isPlainObject, type ScriptObject } from "../values/script-value.ts";
import type { BusEvent } from "./bus-event.ts";
import { checkName } from "./event-pattern.ts";

/** What the bus itself puts into an event. */
const ADDED = new Set(["type", "id", "time", "runId", "spanId", "parentSpanId"]);

/** Events as lines of JSON, one each. */
export function toLines(events: readonly BusEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join("");
}

/** Events from lines of JSON. Throws `parse.invalid` with the line. */
export function fromLines(text: string, file: string): BusEvent[] {
  return text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [checkEvent(JSON.parse(line))];
    } catch (cause) {
      throw new LlmspellError("parse.invalid", `${file}, line ${index + 1}: ${(cause as Error).message}`, {
        cause,
        hint: "A recording of events holds one event a line, as JSON.",
      });
    }
  });
}

/** Throws `events.invalid_name`, or `input.invalid` for what is no event. */
export function checkEvent(value: unknown): BusEvent {
  if (!isPlainObject(value) || typeof value.type !== "string")
    throw new LlmspellError("input.invalid", "it is no event: it has no type");
  checkName(value.type);
  return value as BusEvent;
}

/** What an event said, with what tells that it is told again. */
export function fieldsToReplay(event: BusEvent): ScriptObject {
  const own = Object.fromEntries(Object.entries(event).filter(([field]) => !ADDED.has(field)));
  return { ...own, replayed: true, originalId: event.id ?? null, originalTime: event.time ?? null };
}
