import { z } from "zod";
import { defineTool } from "../tool.ts";
import type { ToolHost } from "../tool-host.ts";

const time = z
  .union([z.string().min(1).max(200), z.number()])
  .describe("A time: ISO 8601 text such as 2026-03-01T12:00:00Z, or milliseconds since 1970.");
const zone = z
  .string()
  .max(100)
  .default("UTC")
  .describe("Time zone by its IANA name, e.g. Europe/Berlin, or an offset such as UTC+2.");

const answer = z.object({
  iso: z.string().describe("ISO 8601 with the zone's offset."),
  unix_ms: z.number().describe("Milliseconds since 1970-01-01 UTC."),
  zone: z.string(),
  weekday: z.string(),
});

const amounts = {
  years: z.int().default(0).describe("Years; negative ones go back."),
  months: z.int().default(0).describe("Months. The 31st moved to a shorter month is its last day."),
  weeks: z.int().default(0).describe("Weeks."),
  days: z.int().default(0).describe("Days: the clock shows the same, also across daylight saving changes."),
  hours: z.number().default(0).describe("Hours, exact."),
  minutes: z.number().default(0).describe("Minutes, exact."),
  seconds: z.number().default(0).describe("Seconds, exact."),
};

/** Milliseconds. Text without a zone of its own is read in the zone `within`. */
async function read(given: string | number, within: string, { helper }: ToolHost): Promise<number> {
  if (typeof given === "string") return (await helper("time", "parse", [given, { zone: within }])) as number;
  return ((await helper("time", "unix", [given])) as number) * 1000;
}

async function described(ms: number, within: string, { helper }: ToolHost) {
  const format = (pattern: string) => helper("time", "format", [ms, pattern, { zone: within }]);
  return { iso: await format("iso"), unix_ms: ms, zone: within, weekday: await format("EEEE") };
}

export const timeNow = defineTool({
  name: "time_now",
  category: "time",
  description: "Answers the present date and time in a zone. Models do not know it: use this whenever today matters.",
  tags: ["time", "date", "today", "clock"],
  parameters: z.object({ zone }),
  returns: answer,
  effect: "read",
  permissions: [],
  examples: [{ description: "In Tokyo", args: { zone: "Asia/Tokyo" } }],
  execute: ({ zone: within }, host) => described(Math.floor(host.now()), within, host),
});

export const timeParse = defineTool({
  name: "time_parse",
  category: "time",
  description:
    "Reads a date or time written as ISO 8601, as in e-mails and HTTP, or by a pattern such as dd.MM.yyyy HH:mm.",
  tags: ["time", "date", "parse"],
  parameters: z.object({
    text: z.string().min(1).max(200).describe("The date or time as text."),
    pattern: z.string().max(200).optional().describe("How it is written: yyyy MM dd HH mm ss a EEE MMM ZZ."),
    zone,
    locale: z.string().max(50).optional().describe("Language of names of months and days, e.g. de."),
  }),
  returns: answer,
  effect: "pure",
  permissions: [],
  examples: [
    { description: "ISO 8601", args: { text: "2026-03-01T12:00:00+02:00" } },
    { description: "By a pattern", args: { text: "01.03.2026", pattern: "dd.MM.yyyy", zone: "Europe/Berlin" } },
  ],
  async execute({ text, pattern, zone: within, locale }, host) {
    const options = {
      zone: within,
      ...(pattern === undefined ? {} : { pattern }),
      ...(locale === undefined ? {} : { locale }),
    };
    return described((await host.helper("time", "parse", [text, options])) as number, within, host);
  },
});

export const timeFormat = defineTool({
  name: "time_format",
  category: "time",
  description:
    "Writes a time as iso, date, time, datetime, http, rfc2822, in words (short, medium, long, full), or by a pattern such as EEEE, d MMMM yyyy.",
  tags: ["time", "date", "format"],
  parameters: z.object({
    time,
    pattern: z.string().min(1).max(200).default("datetime").describe("A name from the description, or a pattern."),
    zone,
    locale: z.string().max(50).optional().describe("Language of words, e.g. de or en-GB."),
  }),
  returns: z.object({ text: z.string() }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "In words", args: { time: "2026-03-01T12:00:00Z", pattern: "EEEE, d MMMM yyyy", locale: "de" } },
  ],
  async execute({ time: given, pattern, zone: within, locale }, host) {
    const options = { zone: within, ...(locale === undefined ? {} : { locale }) };
    return { text: await host.helper("time", "format", [await read(given, within, host), pattern, options]) };
  },
});

export const timeAdd = defineTool({
  name: "time_add",
  category: "time",
  description: "Moves a time by years, months, weeks, days, hours, minutes and seconds; negative ones go back.",
  tags: ["time", "date", "add", "subtract"],
  parameters: z.object({ time, ...amounts, zone }),
  returns: answer,
  effect: "pure",
  permissions: [],
  examples: [
    { description: "Ninety days later", args: { time: "2026-01-31", days: 90 } },
    { description: "A month back", args: { time: "2026-03-31", months: -1 } },
  ],
  async execute({ time: given, zone: within, ...by }, host) {
    const moved = await host.helper("time", "add", [await read(given, within, host), by, { zone: within }]);
    return described(moved as number, within, host);
  },
});

export const timeDiff = defineTool({
  name: "time_diff",
  category: "time",
  description:
    "Answers how long it is from one time to another, in a unit and in words; negative when `to` is earlier.",
  tags: ["time", "date", "difference", "duration", "age"],
  parameters: z.object({
    from: time,
    to: time,
    unit: z
      .enum(["milliseconds", "seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years"])
      .default("days")
      .describe("The unit of `value`. Days to years follow the calendar of the zone."),
    zone,
  }),
  returns: z.object({ value: z.number(), unit: z.string(), milliseconds: z.number(), words: z.string() }),
  effect: "pure",
  permissions: [],
  examples: [{ description: "Days between", args: { from: "2026-01-01", to: "2026-03-01" } }],
  async execute({ from, to, unit, zone: within }, host) {
    const [start, end] = [await read(from, within, host), await read(to, within, host)];
    const value = await host.helper("time", "diff", [end, start, unit, { zone: within }]);
    const words = (await host.helper("time", "duration", [Math.abs(end - start)])) as string;
    return { value, unit, milliseconds: end - start, words: end < start ? `-${words}` : words };
  },
});

export const timeConvert = defineTool({
  name: "time_convert",
  category: "time",
  description: "Shows the same moment in another time zone. Text without a zone is read in `from_zone`.",
  tags: ["time", "zone", "convert"],
  parameters: z.object({
    time,
    from_zone: zone,
    to_zone: z.string().min(1).max(100).describe("The zone wanted, e.g. America/New_York."),
  }),
  returns: z.object({
    from: answer,
    to: answer,
    offset_minutes: z.number().describe("East of UTC, in the zone wanted."),
  }),
  effect: "pure",
  permissions: [],
  examples: [
    {
      description: "A meeting",
      args: { time: "2026-03-01T09:00", from_zone: "Europe/Berlin", to_zone: "America/New_York" },
    },
  ],
  async execute({ time: given, from_zone: from, to_zone: to }, host) {
    const ms = await read(given, from, host);
    const offset = await host.helper("time", "offset", [ms, to]);
    return { from: await described(ms, from, host), to: await described(ms, to, host), offset_minutes: offset };
  },
});
