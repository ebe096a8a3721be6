import type { ScriptValue } from "../../values/script-value.ts";
import { printable } from "../printable.ts";

/** What a question is about, as lines: text as it is, data with one member a line. No more than `most`. */
export function detailLines(details: ScriptValue | undefined, most: number): string[] {
  if (details === undefined || details === null) return [];
  const text = typeof details === "string" ? details : dataText(details);
  const lines = printable(text).trimEnd().split("\n");
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most), `... ${lines.length} lines in all`];
}

function dataText(value: ScriptValue): string {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return asJson(value);
  return Object.entries(value as Record<string, ScriptValue>)
    .map(
      ([name, member]) => `${name}: ${typeof member === "string" ? member.replaceAll("\n", "\n  ") : asJson(member)}`,
    )
    .join("\n");
}

function asJson(value: ScriptValue): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === "bigint") return String(member);
    return member instanceof Uint8Array ? `<${member.length} bytes>` : member;
  });
}
