import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { pure } from "./pure-method.ts";
import { sleep, sleepMs } from "./sleep.ts";
import { durationText, parseDuration } from "./time-duration.ts";
import { formatTime, relativeText } from "./time-format.ts";
import { instant, locale, optionalZone, readTime, singular, toDateTime, unit, units, zoneOf } from "./time-zone.ts";
import { fromMillis, parseTime, partsOf } from "./time-parse.ts";

const zoneOption = z.strictObject({ zone: optionalZone }).optional();
const amounts = z
  .strictObject({
    years: z.int().optional(),
    quarters: z.int().optional(),
    months: z.int().optional(),
    weeks: z.int().optional(),
    days: z.int().optional(),
    hours: z.number().optional(),
    minutes: z.number().optional(),
    seconds: z.number().optional(),
    milliseconds: z.number().optional(),
  })
  .describe("Years to days keep the clock's reading across daylight saving changes; hours and less are exact.");

const parts = z.object({
  year: z.int(),
  month: z.int().describe("1 to 12."),
  day: z.int(),
  hour: z.int(),
  minute: z.int(),
  second: z.int(),
  millisecond: z.int(),
  weekday: z.int().describe("1 is Monday, 7 Sunday."),
  dayOfYear: z.int(),
  week: z.int().describe("ISO 8601 week."),
  weekYear: z.int(),
  offset: z.int().describe("Minutes east of UTC."),
  zone: z.string(),
});

const givenParts = z.strictObject({
  year: z.int(),
  month: z.int().min(1).max(12).optional(),
  day: z.int().min(1).max(31).optional(),
  hour: z.int().min(0).max(23).optional(),
  minute: z.int().min(0).max(59).optional(),
  second: z.int().min(0).max(59).optional(),
  millisecond: z.int().min(0).max(999).optional(),
});

/** Times and dates. */
export const timeBridge = defineBridge({
  name: "time",
  summary:
    "Times: milliseconds since 1970-01-01 UTC. Wherever a time is wanted, these, a time value or ISO 8601 text will do. Zones are " +
    "IANA names (`Europe/Berlin`) or offsets (`UTC+2`); the default is UTC, whatever the machine's own.",
  constants: { zone: "UTC", second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 },
  methods: {
    now: method({
      summary: "The present time in milliseconds.",
      input: {},
      output: z.number(),
      effect: "read",
      sync: true,
      run: (_, ctx) => Math.floor(ctx.now()),
    }),
    sleep: method({
      summary: "Waits this many milliseconds; other tasks run on.",
      input: { ms: sleepMs },
      output: z.null(),
      effect: "read",
      run: async ({ ms }, ctx) => sleep(ms, ctx.signal),
    }),
    limit: method({
      summary: "The time limit of another call: waits until it is over, or cancelled.",
      input: { ms: sleepMs },
      output: z.null(),
      effect: "read",
      internal: true,
      partOfCall: true,
      run: async ({ ms }, ctx) => sleep(ms, ctx.signal),
    }),
    parse: pure({
      summary:
        "Reads a time: ISO 8601, an e-mail or HTTP date, or by a pattern (`yyyy-MM-dd HH:mm`). Text without a zone is in `zone`. Answers " +
        "milliseconds. Fails with `parse.invalid`.",
      input: {
        text: z.string(),
        options: z.strictObject({ pattern: z.string().max(200).optional(), zone: optionalZone, locale }).optional(),
      },
      output: z.number(),
      run: ({ text, options }) => parseTime(text, options ?? {}),
    }),
    format: pure({
      summary:
        "Writes a time as `iso` (default), `date`, `time`, `datetime`, `http`, `rfc2822`, in the words of a locale (`short`, `medium`, " +
        "`long`, `full`), or by a pattern of yyyy MM dd HH mm ss SSS a EEE MMM ZZ z and 'quoted text'.",
      input: {
        time: instant,
        pattern: z.string().max(200).optional(),
        options: z.strictObject({ zone: optionalZone, locale }).optional(),
      },
      output: z.string(),
      run: ({ time, pattern, options }) =>
        formatTime(toDateTime("time.format", time, options?.zone), pattern ?? "iso", options?.locale),
    }),
    relative: pure({
      summary: "The distance from one time to another in words: `3 hours ago`, `in 2 days`.",
      input: { time: instant, base: instant, options: z.strictObject({ locale }).optional() },
      output: z.string(),
      run: ({ time, base, options }) =>
        relativeText(readTime("time.relative", time), readTime("time.relative", base), options?.locale),
    }),
    add: pure({
      summary:
        "A time moved by {years, months, days, hours, ...}, also negative ones; the 31st moved to a shorter month is its last day. Milliseconds.",
      input: { time: instant, amounts, options: zoneOption },
      output: z.number(),
      run: ({ time, amounts: given, options }) => {
        const moved = Object.fromEntries(Object.entries(given).filter(([, amount]) => amount !== undefined));
        return fromMillis("time.add", toDateTime("time.add", time, options?.zone).plus(moved));
      },
    }),
    diff: pure({
      summary:
        "How much later `a` is than `b`, in a unit (default milliseconds), with fractions; negative when it is earlier. Days to years follow the calendar of the zone.",
      input: { a: instant, b: instant, unit: unit.optional(), options: zoneOption },
      output: z.number(),
      run: ({ a, b, unit: wanted = "milliseconds", options }) =>
        toDateTime("time.diff", a, options?.zone)
          .diff(toDateTime("time.diff", b, options?.zone), units(wanted))
          .as(units(wanted)),
    }),
    startOf: pure({
      summary:
        "The first millisecond of the year, quarter, month, week (from Monday), day, hour, ... that a time is in.",
      input: { time: instant, unit, options: zoneOption },
      output: z.number(),
      run: ({ time, unit: wanted, options }) =>
        fromMillis("time.startOf", toDateTime("time.startOf", time, options?.zone).startOf(singular(wanted))),
    }),
    endOf: pure({
      summary: "The last millisecond of the year, quarter, month, week, day, hour, ... that a time is in.",
      input: { time: instant, unit, options: zoneOption },
      output: z.number(),
      run: ({ time, unit: wanted, options }) =>
        fromMillis("time.endOf", toDateTime("time.endOf", time, options?.zone).endOf(singular(wanted))),
    }),
    parts: pure({
      summary: "Year, month, day and so on of a time in a zone.",
      input: { time: instant, options: zoneOption },
      output: parts,
      run: ({ time, options }) => partsOf(toDateTime("time.parts", time, options?.zone)),
    }),
    from: pure({
      summary:
        "The milliseconds of {year, month, day, hour, ...} in a zone. Fails with `parse.invalid` for a day that does not exist.",
      input: { parts: givenParts, options: zoneOption },
      output: z.number(),
      run: ({ parts: given, options }) => {
        const values = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
        return fromMillis(
          "time.from",
          toDateTime("time.from", 0, options?.zone).set({ month: 1, day: 1, hour: 0, ...values }),
          { values },
        );
      },
    }),
    date: pure({
      summary: "A time as the language's own time value: JavaScript Date, Lua time object.",
      input: { time: instant },
      output: z.custom<Date>((value) => value instanceof Date),
      run: ({ time }) => new Date(readTime("time.date", time)),
    }),
    iso: pure({
      summary: "ISO 8601 text of a time: `2026-01-02T03:04:05.678Z`.",
      input: { time: instant, options: zoneOption },
      output: z.string(),
      run: ({ time, options }) => formatTime(toDateTime("time.iso", time, options?.zone), "iso", undefined),
    }),
    unix: pure({
      summary: "Seconds since 1970 of a time, with fractions.",
      input: { time: instant },
      output: z.number(),
      run: ({ time }) => readTime("time.unix", time) / 1000,
    }),
    fromUnix: pure({
      summary: "Milliseconds of a time in seconds since 1970.",
      input: { seconds: z.number() },
      output: z.number(),
      run: ({ seconds }) => readTime("time.fromUnix", seconds * 1000),
    }),
    isValid: pure({
      summary: "Whether a text is ISO 8601, or a time by a pattern.",
      input: { text: z.string(), options: z.strictObject({ pattern: z.string().max(200).optional() }).optional() },
      output: z.boolean(),
      run: ({ text, options }) => {
        try {
          parseTime(text, options ?? {});
          return true;
        } catch {
          return false;
        }
      },
    }),
    offset: pure({
      summary: "Minutes by which a zone is east of UTC at a time. Fails with `input.invalid` for an unknown zone.",
      input: { time: instant, zone: z.string() },
      output: z.number(),
      run: ({ time, zone }) => zoneOf("time.offset", zone).offset(readTime("time.offset", time)),
    }),
    duration: pure({
      summary: "Milliseconds in words: `1d 2h 3m 4s`, below a second `250ms`.",
      input: { ms: z.number() },
      output: z.string(),
      run: ({ ms }) => durationText(ms),
    }),
    parseDuration: pure({
      summary: "Milliseconds of a text like `1h30m`, `2 days`, `500ms`, `PT5M`. Fails with `parse.invalid`.",
      input: { text: z.string().max(200) },
      output: z.number(),
      run: ({ text }) => parseDuration(text),
    }),
  },
});
