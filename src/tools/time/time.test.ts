import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixtureHost, type FixtureHost } from "../fixtures/fixture-host.ts";
import { businessDays } from "./business-days.ts";
import { timeAdd, timeConvert, timeDiff, timeFormat, timeNow, timeParse } from "./time-tools.ts";

let host: FixtureHost;
beforeEach(() => (host = createFixtureHost()));
afterEach(() => host.close());

describe("times", () => {
  it("are told, read and written", async () => {
    expect(await host.run(timeNow, { zone: "Asia/Tokyo" })).toEqual({
      iso: "2024-05-06T16:08:09.000+09:00",
      unix_ms: 1_714_979_289_000,
      zone: "Asia/Tokyo",
      weekday: "Monday",
    });
    const berlin = { text: "01.03.2026 09:30", pattern: "dd.MM.yyyy HH:mm", zone: "Europe/Berlin" };
    expect(await host.run(timeParse, berlin)).toMatchObject({ iso: "2026-03-01T09:30:00.000+01:00" });
    const words = { time: "2026-03-01T12:00:00Z", pattern: "EEEE, d MMMM yyyy", locale: "de" };
    expect(await host.run(timeFormat, words)).toEqual({ text: "Sonntag, 1 März 2026" });
    expect(await host.run(timeFormat, { time: 0, pattern: "date" })).toEqual({ text: "1970-01-01" });
  });

  it("are moved and compared", async () => {
    expect(await host.run(timeAdd, { time: "2026-03-31", months: -1 })).toMatchObject({
      iso: "2026-02-28T00:00:00.000Z",
      weekday: "Saturday",
    });
    expect(await host.run(timeDiff, { from: "2026-03-01", to: "2026-01-01" })).toEqual({
      value: -59,
      unit: "days",
      milliseconds: -59 * 86_400_000,
      words: "-59d",
    });
    // A day of 23 hours, when the clock goes forward.
    const spring = { from: "2026-03-29", to: "2026-03-30", unit: "hours", zone: "Europe/Berlin" };
    expect(await host.run(timeDiff, spring)).toMatchObject({ value: 23 });
  });

  it("are shown in other zones", async () => {
    const args = { time: "2026-03-01T09:00", from_zone: "Europe/Berlin", to_zone: "America/New_York" };
    expect(await host.run(timeConvert, args)).toMatchObject({
      from: { iso: "2026-03-01T09:00:00.000+01:00" },
      to: { iso: "2026-03-01T03:00:00.000-05:00" },
      offset_minutes: -300,
    });
  });

  it.each([
    [timeNow, { zone: "Mars/Olympus" }, "input.invalid"],
    [timeParse, { text: "soon" }, "parse.invalid"],
    [timeAdd, { time: "2026-13-01" }, "parse.invalid"],
    [timeFormat, { time: 0, locale: "??" }, "input.invalid"],
    [timeConvert, { time: 0, to_zone: "nowhere" }, "input.invalid"],
    [timeAdd, { time: 8.64e15, years: 1 }, "parse.invalid"],
  ] as const)("that cannot be are errors: %#", async (tool, args, code) => {
    expect((await host.fail(tool, args)).code).toBe(code);
  });
});

describe("business_days", () => {
  it("counts without weekends and holidays", async () => {
    const args = { from: "2026-03-02", to: "2026-03-09", holidays: ["2026-03-04", "2026-03-07"] };
    expect(await host.run(businessDays, args)).toEqual({
      date: "2026-03-09",
      business_days: 4,
      calendar_days: 7,
      is_business_day: true,
    });
    expect(await host.run(businessDays, { from: "2026-03-09", to: "2026-03-02" })).toMatchObject({ business_days: -5 });
  });

  it("finds the date that is so many working days away", async () => {
    const args = { from: "2026-12-18", add: 10, holidays: ["2026-12-25", "2027-01-01"] };
    expect(await host.run(businessDays, args)).toMatchObject({ date: "2027-01-05", business_days: 10 });
    expect(await host.run(businessDays, { from: "2026-03-02", add: -1 })).toMatchObject({ date: "2026-02-27" });
    expect(await host.run(businessDays, { from: "2026-03-01", add: 0 })).toMatchObject({ is_business_day: false });
    const weekend = { from: "2026-03-05", add: 1, weekend: [5, 6] };
    expect(await host.run(businessDays, weekend)).toMatchObject({ date: "2026-03-08" });
  });

  it("refuses dates that do not exist, and questions without end", async () => {
    expect((await host.fail(businessDays, { from: "2026-02-30", add: 1 })).code).toBe("parse.invalid");
    expect((await host.fail(businessDays, { from: "2026-02-01" })).code).toBe("input.invalid");
    expect((await host.fail(businessDays, { from: "0001-01-01", to: "9999-01-01" })).code).toBe("input.invalid");
  });
});
