import { DateTime, FixedOffsetZone, IANAZone } from "luxon";
import type { Zone } from "luxon";
import { z } from "zod";
import { LlmspellError } from "../errors.ts";
import { parseError } from "./pure-method.ts";

/** A time as scripts give it: milliseconds, a time value or ISO 8601 text. */
export const instant = z.union([z.number(), z.custom<Date>((value) => value instanceof Date), z.string()], {
  error: "expected milliseconds, a time or ISO 8601 text",
});
export type Instant = z.output<typeof instant>;

export const optionalZone = z.string().max(100).optional().describe('IANA name or offset. Default "UTC".');
export const locale = z.string().max(35).optional().describe('BCP 47 tag. Default "en".');

const UNITS = ["years", "quarters", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds"] as const;
export type Unit = (typeof UNITS)[number];
const SINGULAR = ["year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond"] as const;
export const unit = z.enum([...UNITS, ...SINGULAR]);

/** The plural, as luxon and the amounts of `time.add` name it. */
export function units(name: z.output<typeof unit>): Unit {
  return (name.endsWith("s") ? name : `${name}s`) as Unit;
}

/** The singular, as luxon names a calendar unit. */
export function singular(name: z.output<typeof unit>): (typeof SINGULAR)[number] {
  return units(name).slice(0, -1) as (typeof SINGULAR)[number];
}

/** Farthest from 1970 that a time can be, in milliseconds (ECMA-262, time values). */
const MAX_TIME = 8.64e15;

/** Throws `input.invalid` for a zone that does not exist. */
export function zoneOf(method: string, name = "UTC"): Zone {
  if (/^(?:utc|gmt|z)$/i.test(name)) return FixedOffsetZone.utcInstance;
  const [, sign, hours, minutes = "0"] = /^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?$/i.exec(name) ?? [];
  if (sign !== undefined && Number(hours) <= 14) {
    return FixedOffsetZone.instance((sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)));
  }
  if (IANAZone.isValidZone(name)) return IANAZone.create(name);
  throw new LlmspellError("input.invalid", `${method}: there is no zone "${name}"`, {
    hint: 'Use an IANA name like "Europe/Berlin" or an offset like "UTC+2".',
  });
}

/** Milliseconds of a time. Throws `parse.invalid`, `input.invalid`. */
export function readTime(method: string, time: Instant): number {
  const ms = typeof time === "string" ? isoMillis(method, time) : Number(time);
  if (Math.abs(ms) <= MAX_TIME) return ms;
  throw new LlmspellError("input.invalid", `${method}: this is no time between the years -271821 and 275760`);
}

function isoMillis(method: string, text: string): number {
  const parsed = DateTime.fromISO(text, { zone: "utc" });
  if (text.length <= 100 && parsed.isValid) return parsed.toMillis();
  throw parseError(method, `"${text.slice(0, 60)}" is no ISO 8601 time`);
}

/** A time in a zone, in English, by the Gregorian calendar. */
export function toDateTime(method: string, time: Instant, zone: string | undefined): DateTime {
  return DateTime.fromMillis(readTime(method, time), {
    zone: zoneOf(method, zone),
    locale: "en-US",
    numberingSystem: "latn",
    outputCalendar: "gregory",
  });
}
