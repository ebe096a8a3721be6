import { DateTime } from "luxon";
import { LlmspellError } from "../errors.ts";
import { checkLocale } from "./time-format.ts";
import { parseError } from "./pure-method.ts";
import { zoneOf } from "./time-zone.ts";

export interface ParseOptions {
  pattern?: string | undefined;
  zone?: string | undefined;
  locale?: string | undefined;
}

/** Milliseconds of a text. Throws `parse.invalid`; `input.invalid` for a wrong pattern, zone or locale. */
export function parseTime(text: string, { pattern, zone, locale }: ParseOptions): number {
  const method = "time.parse";
  const settings = { zone: zoneOf(method, zone), locale: checkLocale(method, locale ?? "en-US") };
  if (text.length <= 200) {
    if (pattern !== undefined) checkPattern(pattern);
    const trimmed = text.trim();
    const candidates =
      pattern === undefined
        ? [
            () => DateTime.fromISO(trimmed, settings),
            () => DateTime.fromSQL(trimmed, settings),
            () => DateTime.fromRFC2822(trimmed, settings),
            () => DateTime.fromHTTP(trimmed, settings),
          ]
        : [() => DateTime.fromFormat(text, pattern, settings)];
    for (const read of candidates) {
      const parsed = read();
      if (parsed.isValid) return parsed.toMillis();
    }
  }
  const by =
    pattern === undefined ? "a time; pass a pattern unless it is ISO 8601" : `a time by the pattern "${pattern}"`;
  throw parseError(method, `"${text.slice(0, 60)}" is not ${by}`);
}

/** A pattern reads each unit once: the expression made of it cannot backtrack over repeated units then. */
function checkPattern(pattern: string): void {
  const fields = pattern.replaceAll(/'[^']*'/g, "").match(/([A-Za-z])\1*/g) ?? [];
  const letters = fields.map((field) => field[0] as string);
  if (new Set(letters).size === letters.length) return;
  throw new LlmspellError("input.invalid", `time.parse: the pattern "${pattern}" names a unit twice`, {
    hint: "Put literal letters in single quotes.",
  });
}

/** Milliseconds of a time that was computed. Throws `parse.invalid` when it does not exist or rolled over. */
export function fromMillis(method: string, time: DateTime, wanted?: { values: Record<string, unknown> }): number {
  const rolled =
    wanted &&
    Object.entries(wanted.values).some(
      ([name, value]) => name !== "hour" && name !== "minute" && time.get(name as "day") !== value,
    );
  if (time.isValid && !rolled && Number.isFinite(time.toMillis())) return time.toMillis();
  throw parseError(method, `this time does not exist${time.invalidExplanation ? `: ${time.invalidExplanation}` : ""}`);
}

export interface TimeParts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  weekday: number;
  dayOfYear: number;
  week: number;
  weekYear: number;
  offset: number;
  zone: string;
}

export function partsOf(time: DateTime): TimeParts {
  const {
    year,
    month,
    day,
    hour,
    minute,
    second,
    millisecond,
    weekday,
    weekYear,
    weekNumber: week,
    ordinal: dayOfYear,
    offset,
  } = time;
  return {
    year,
    month,
    day,
    hour,
    minute,
    second,
    millisecond,
    weekday,
    dayOfYear,
    week,
    weekYear,
    offset,
    zone: time.zoneName ?? "UTC",
  };
}
