import { LlmspellError } from "../errors.ts";

/** Whether an event name fits. */
export type EventPattern = (name: string) => boolean;

const NAME = /^[a-z][\w-]*([.][a-z][\w-]*)+$/i;
const PART = /^([a-z][\w-]*|[*]{1,2})$/i;
const MAX_LENGTH = 200;
const MAX_WILD = 4;

/** Throws `events.invalid_name` for what is no `noun.verb`. */
export function checkName(name: string): void {
  if (name.length <= MAX_LENGTH && NAME.test(name)) return;
  throw new LlmspellError("events.invalid_name", `"${name.slice(0, 80)}" is no event name`, {
    hint: "Names are two or more words with dots between, what it is about first: `report.finished`.",
  });
}

/**
 * Compiles a pattern of event names: `*` stands for one part, `**` for any number of parts, none included; `*` alone for
 * every name. Throws `events.invalid_name`.
 */
export function compilePattern(pattern: string): EventPattern {
  if (pattern === "*" || pattern === "**") return () => true;
  const parts = pattern.split(".");
  const wild = parts.filter((part) => part === "**").length;
  if (pattern.length > MAX_LENGTH || wild > MAX_WILD || !parts.every((part) => PART.test(part))) {
    throw new LlmspellError("events.invalid_name", `"${pattern.slice(0, 80)}" is no pattern of event names`, {
      hint: `Use a name, or \`tool.*\`, \`workflow.**\` (at most ${MAX_WILD} times **), or \`*\` for every event.`,
    });
  }
  if (!pattern.includes("*")) return (name) => name === pattern;
  return (name) => fits(parts, 0, name.split("."), 0);
}

function fits(parts: readonly string[], at: number, name: readonly string[], from: number): boolean {
  let position = from;
  for (let index = at; index < parts.length; index++) {
    const part = parts[index];
    if (part === "**") return fitsSomewhere(parts, index + 1, name, position);
    if (position === name.length || (part !== "*" && part !== name[position])) return false;
    position += 1;
  }
  return position === name.length;
}

function fitsSomewhere(parts: readonly string[], at: number, name: readonly string[], from: number): boolean {
  for (let position = from; position <= name.length; position++) {
    if (fits(parts, at, name, position)) return true;
  }
  return false;
}
