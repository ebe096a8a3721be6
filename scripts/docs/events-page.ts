import { EVENT_FIELDS, EVENT_TYPES, type EventField } from "../../src/events/event-types.ts";

/** `docs/events-and-hooks.md`: the introduction, and the built-in events by the table of the source. */
export function eventsPage(introduction: string): string {
  const events = Object.entries(EVENT_TYPES as Record<string, { summary: string; fields: readonly EventField[] }>);
  return `${[
    introduction.trimEnd(),
    "## Built-in events",
    "Fields that do not apply are absent. Besides these, every event has `type` (its name), `id`, `time` (milliseconds since the epoch), `runId`, `spanId` and `parentSpanId`.",
    table(
      ["event", "when", "fields"],
      events.map(([name, { summary, fields }]) => [
        `\`${name}\``,
        summary,
        fields.map((field) => `\`${field}\``).join(", "),
      ]),
    ),
    table(
      ["field", "type", "meaning"],
      Object.entries(EVENT_FIELDS).map(([name, { type, summary }]) => [`\`${name}\``, type, summary]),
    ),
  ].join("\n\n")}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
