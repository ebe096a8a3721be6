import { toCamelCase } from "../engine/naming.ts";
import { LlmspellError } from "../errors.ts";
import { DEFAULT_LIMITS } from "../runtime/limits.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { readDuration, readSize } from "../values/units.ts";

/** `90s`, `500ms`, `1.5m`, `2h`; a bare number is seconds. In milliseconds. */
export function parseDuration(text: string, flag: string): number {
  return readDuration(text) ?? refuse(text, flag, "a duration such as 500ms, 90s or 5m");
}

/** `64MB`, `512kb`, `1GB` (powers of 1024); a bare number is bytes. */
export function parseSize(text: string, flag: string): number {
  return readSize(text) ?? refuse(text, flag, "a size such as 512KB or 64MB");
}

/** A number of at least 0, dollars with or without their sign. Throws `usage.invalid`. */
export function parseAmount(text: string, flag: string, wanted: string): number {
  const digits = text.trim().replace(/^\$/, "");
  return /^\d+(\.\d+)?$/.test(digits) ? Number(digits) : refuse(text, flag, wanted);
}

function refuse(text: string, flag: string, wanted: string): never {
  throw new LlmspellError("usage.invalid", `${flag} wants ${wanted}, got "${text}"`);
}

/** Reads `--param` flags: `name=text` or `name:=json`. Throws `usage.invalid`. */
export function readParams(
  flags: readonly string[],
): ({ name: string; text: string } | { name: string; json: string })[] {
  return flags.map((flag) => {
    const [, name, json, text] = /^([^=:]+)(:?)=([\s\S]*)$/.exec(flag) ?? [];
    if (name === undefined || text === undefined) {
      throw new LlmspellError("usage.invalid", `--param wants name=value, got "${flag}"`, {
        hint: 'Example: --param topic="tidal energy", or --param limit:=5 for a number.',
      });
    }
    return json ? { name: name.trim(), json: text } : { name: name.trim(), text };
  });
}

/** The same as values, for a spell that declares no parameters. Throws `usage.invalid`. */
export function parseParams(flags: readonly string[]): Record<string, ScriptValue> {
  const values = readParams(flags).map((given): [string, ScriptValue] => [
    given.name,
    "text" in given ? given.text : parseJson(given.name, given.json),
  ]);
  return Object.fromEntries(values);
}

function parseJson(name: string, text: string): ScriptValue {
  try {
    return JSON.parse(text) as ScriptValue;
  } catch (cause) {
    throw new LlmspellError("usage.invalid", `--param ${name}:= wants JSON: ${(cause as Error).message}`, {
      cause,
      hint: `Use ${name}=... for plain text.`,
    });
  }
}

/** Reads `--limit` flags: `name=number`, sizes with a unit. Throws `usage.invalid`. */
export function parseLimits(flags: readonly string[]): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const flag of flags) {
    const [, name, value] = /^([a-z]\w*)=(.+)$/i.exec(flag) ?? [];
    const limit = name === undefined ? "" : toCamelCase(name);
    if (value === undefined || !Object.hasOwn(DEFAULT_LIMITS, limit)) {
      const wrong = value === undefined ? `--limit wants name=value, got "${flag}"` : `there is no limit "${name}"`;
      throw new LlmspellError("usage.invalid", wrong, {
        hint: `Example: --limit hostCalls=50000. Names: ${Object.keys(DEFAULT_LIMITS).join(", ")}.`,
      });
    }
    limits[limit] = parseLimit(limit, value, `--limit ${name}`);
  }
  return limits;
}

/** By the ending of its name: `hostBytes`, `cpuMs`, `hostCalls`. */
function parseLimit(limit: string, text: string, flag: string): number {
  if (limit.endsWith("Bytes")) return parseSize(text, flag);
  if (/^\d+$/.test(text)) return Number(text);
  return limit.endsWith("Ms") ? parseDuration(text, flag) : refuse(text, flag, "a whole number");
}

/** A comma-separated flag as a list without blanks. */
export function parseList(text: string | undefined): string[] {
  return (text ?? "")
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}
