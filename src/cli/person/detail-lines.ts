import type { ScriptValue } from "../../values/script-value.ts";
import { printable } from "../printable.ts";

/** How much of one member is shown, so that none pushes another one out of sight. */
const MOST_CHARACTERS = 1000;
const MOST_TEXT = 8000;
const LEAST_LINES = 3;
const MOST_MEMBERS = 100;

/** What a question is about, as lines: text as it is, data with one member a line. About `most` of them; each member has its own. */
export function detailLines(details: ScriptValue | undefined, most: number): string[] {
  if (details === undefined || details === null) return [];
  if (typeof details !== "object" || Array.isArray(details)) {
    return cut(typeof details === "string" ? details : asJson(details), most, MOST_TEXT);
  }
  const members = Object.entries(details as Record<string, ScriptValue>).flatMap(([name, member]) =>
    open(name, member),
  );
  const each = Math.max(LEAST_LINES, Math.floor(most / members.length));
  const lines = members.slice(0, MOST_MEMBERS).flatMap(([name, member]) => {
    const [first = "", ...rest] = cut(typeof member === "string" ? member : asJson(member), each, MOST_CHARACTERS);
    return [`${oneLine(name)}: ${first}`, ...rest.map((line) => `  ${line}`)];
  });
  return members.length > MOST_MEMBERS ? [...lines, `... ${members.length} members in all`] : lines;
}

/** The arguments of a tool stand below each other like what is beside them. */
function open(name: string, member: ScriptValue): [string, ScriptValue][] {
  if (name !== "arguments" || typeof member !== "object" || member === null || Array.isArray(member))
    return [[name, member]];
  const inner = Object.entries(member as Record<string, ScriptValue>);
  return inner.length === 0 ? [[name, member]] : inner.map(([key, value]) => [`${name}.${key}`, value]);
}

/** A text in one line of a terminal: what would begin another one is shown as an escape. */
export function oneLine(text: string): string {
  return printable(text.replaceAll(/\r?\n/g, "\\n"));
}

function cut(text: string, mostLines: number, mostCharacters: number): string[] {
  const shown = text.length > mostCharacters ? text.slice(0, mostCharacters) : text;
  const lines = printable(shown).trimEnd().split("\n");
  if (shown === text && lines.length <= mostLines) return lines;
  return [...lines.slice(0, mostLines), `... ${text.length} characters in all`];
}

function asJson(value: ScriptValue): string {
  const text: string | undefined = JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === "bigint") return String(member);
    return member instanceof Uint8Array ? `<${member.length} bytes>` : member;
  });
  return text ?? "null";
}
