import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";

const DAY_MS = 86_400_000;
/** Ten thousand years are no question of business. */
const MOST_DAYS = 100_000;

const date = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, "expected a date such as 2026-03-01")
  .describe("A date: 2026-03-01.");

export const businessDays = defineTool({
  name: "business_days",
  category: "time",
  description:
    "Counts the working days from one date to another, or finds the date that is so many working days away. Weekends and the holidays that are given do not count.",
  tags: ["date", "working days", "holidays", "deadline"],
  parameters: z.object({
    from: date,
    to: date.optional().describe("Counts from the day after `from` up to and with this date."),
    add: z
      .int()
      .min(-20_000)
      .max(20_000)
      .optional()
      .describe("Instead of `to`: so many working days later, or earlier."),
    holidays: z.array(date).max(10_000).default([]).describe("Dates that are free besides weekends."),
    weekend: z
      .array(z.int().min(1).max(7))
      .max(6)
      .default([6, 7])
      .describe("Free days of the week: 1 is Monday, 7 Sunday."),
  }),
  returns: z.object({
    date: z.string().describe("The date that was found, or `to`."),
    business_days: z.int().describe("Working days on the way; negative backwards."),
    calendar_days: z.int(),
    is_business_day: z.boolean().describe("Whether `date` itself is one."),
  }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "Between two dates", args: { from: "2026-03-02", to: "2026-03-09" } },
    { description: "Ten working days later", args: { from: "2026-12-18", add: 10, holidays: ["2026-12-25"] } },
  ],
  execute({ from, to, add, holidays, weekend }) {
    if ((to === undefined) === (add === undefined))
      throw new LlmspellError("input.invalid", "business_days wants either to or add", {
        hint: "Give `to` to count, or `add` to find a date.",
      });
    const free = new Set(holidays.map(dayOf));
    const works = (day: number) => !free.has(day) && !weekend.includes(((((day + 3) % 7) + 7) % 7) + 1);
    const start = dayOf(from);
    const end = to === undefined ? moved(start, add as number, works) : dayOf(to);
    const step = end < start ? -1 : 1;
    if (Math.abs(end - start) > MOST_DAYS)
      throw new LlmspellError("input.invalid", `business_days: the dates are more than ${MOST_DAYS} days apart`);
    let count = 0;
    for (let day = start; day !== end;) if (works((day += step))) count += step;
    return { date: textOf(end), business_days: count, calendar_days: end - start, is_business_day: works(end) };
  },
});

function moved(start: number, add: number, works: (day: number) => boolean): number {
  const step = Math.sign(add);
  let [day, left] = [start, Math.abs(add)];
  while (left > 0) {
    day += step;
    if (works(day)) left -= 1;
    if (Math.abs(day - start) > MOST_DAYS)
      throw new LlmspellError(
        "input.invalid",
        `business_days: there are too few working days within ${MOST_DAYS} days`,
      );
  }
  return day;
}

/** Days since 1970. Throws `parse.invalid` for a date that does not exist. */
function dayOf(text: string): number {
  const ms = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(ms) || textOf(ms / DAY_MS) !== text)
    throw new LlmspellError("parse.invalid", `"${text}" is no date of the calendar`);
  return ms / DAY_MS;
}

function textOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
