import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { timeBridge } from "./time.ts";

const { call, fail } = createBridgeHarness([timeBridge]);
const at = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const berlin = { zone: "Europe/Berlin" };

test("now is the run's clock, and the same on replay", async () => {
  let clock = 1000.7;
  const harness = createBridgeHarness([timeBridge], { now: () => clock });
  expect(harness.call("time.now")).toBe(1000);
  clock = 5000;
  expect(harness.replay().call("time.now")).toBe(1000);
  expect((await harness.fail("time.now", [1])).code).toBe("input.invalid");
});

test("sleep waits and can be cancelled", async () => {
  const controller = new AbortController();
  const harness = createBridgeHarness([timeBridge], { signal: controller.signal });
  expect(await harness.call("time.sleep", [1])).toBeNull();
  const sleeping = harness.fail("time.sleep", [60_000]);
  controller.abort();
  expect((await sleeping).code).toBe("run.aborted");
  expect((await harness.fail("time.sleep", ["x"])).code).toBe("input.invalid");
});

test.each([
  ["parse", ["2026-01-02T03:04:05.678Z"], at],
  ["parse", ["2026-01-02T04:04:05.678+01:00"], at],
  ["parse", ["2026-01-02"], Date.UTC(2026, 0, 2)],
  ["parse", ["2026-01-02", berlin], Date.UTC(2026, 0, 1, 23)],
  ["parse", ["2026-01-02 03:04:05"], Date.UTC(2026, 0, 2, 3, 4, 5)],
  ["parse", ["Fri, 02 Jan 2026 03:04:05 GMT"], Date.UTC(2026, 0, 2, 3, 4, 5)],
  ["parse", ["02.01.2026 03:04", { pattern: "dd.MM.yyyy HH:mm" }], Date.UTC(2026, 0, 2, 3, 4)],
  ["parse", ["2. Januar 2026", { pattern: "d. MMMM yyyy", locale: "de" }], Date.UTC(2026, 0, 2)],
  ["format", [at], "2026-01-02T03:04:05.678Z"],
  ["format", [at, "iso", berlin], "2026-01-02T04:04:05.678+01:00"],
  ["format", [new Date(at), "date"], "2026-01-02"],
  ["format", ["2026-01-02T03:04:05Z", "time"], "03:04:05"],
  ["format", [at, "datetime"], "2026-01-02 03:04:05"],
  ["format", [at, "http"], "Fri, 02 Jan 2026 03:04:05 GMT"],
  ["format", [at, "rfc2822"], "Fri, 02 Jan 2026 03:04:05 +0000"],
  ["format", [at, "medium"], "Jan 2, 2026, 3:04 AM"],
  [
    "format",
    [at, "EEEE d MMMM yyyy 'at' HH:mm", { zone: "Asia/Tokyo", locale: "fr" }],
    "vendredi 2 janvier 2026 at 12:04",
  ],
  ["relative", [at - 3 * 3_600_000, at], "3 hours ago"],
  ["relative", [at + 2 * 86_400_000, at], "in 2 days"],
  ["relative", [at, at, { locale: "de" }], "in 0 Sekunden"],
  ["add", [at, { days: 1, hours: -1 }], at + 23 * 3_600_000],
  ["add", ["2026-01-31", { months: 1 }], Date.UTC(2026, 1, 28)],
  ["diff", ["2026-01-03", "2026-01-02", "hours"], 24],
  ["diff", ["2026-03-01", "2026-01-01", "month"], 2],
  ["diff", [at, at + 5], -5],
  ["startOf", [at, "day"], Date.UTC(2026, 0, 2)],
  ["startOf", [at, "weeks"], Date.UTC(2025, 11, 29)],
  ["startOf", [at, "day", berlin], Date.UTC(2026, 0, 1, 23)],
  ["endOf", [at, "month"], Date.UTC(2026, 1, 1) - 1],
  [
    "parts",
    [at, { zone: "UTC+5:30" }],
    {
      year: 2026,
      month: 1,
      day: 2,
      hour: 8,
      minute: 34,
      second: 5,
      millisecond: 678,
      weekday: 5,
      dayOfYear: 2,
      week: 1,
      weekYear: 2026,
      offset: 330,
      zone: "UTC+5:30",
    },
  ],
  ["from", [{ year: 2026, month: 7, day: 1 }, berlin], Date.UTC(2026, 5, 30, 22)],
  ["from", [{ year: 1969 }], Date.UTC(1969, 0, 1)],
  ["date", [at], new Date(at)],
  ["iso", [0], "1970-01-01T00:00:00.000Z"],
  ["unix", [1500], 1.5],
  ["fromUnix", [1.5], 1500],
  ["isValid", ["2026-02-30"], false],
  ["isValid", ["1/2/2026", { pattern: "M/d/yyyy" }], true],
  ["offset", ["2026-07-01", "Europe/Berlin"], 120],
  ["duration", [93_784_000], "1d 2h 3m 4s"],
  ["duration", [-1500], "-1.5s"],
  ["duration", [250], "250ms"],
  ["parseDuration", ["1h30m"], 5_400_000],
  ["parseDuration", ["2 days, 5 mins"], 173_100_000],
  ["parseDuration", ["PT1H5M"], 3_900_000],
  ["parseDuration", ["-1.5s"], -1500],
  ["parseDuration", ["250"], 250],
])("%s%j", (name, args, expected) => {
  expect(call(`time.${name}`, args)).toEqual(expected);
});

test.each([
  ["parse", ["soon"], "parse.invalid"],
  ["parse", ["2026-02-30"], "parse.invalid"],
  ["parse", ["1", { pattern: "d".repeat(300) }], "input.invalid"],
  ["parse", ["1".repeat(100), { pattern: "uSuSuSuSuSuSuSuSuSuSuS" }], "input.invalid"],
  ["parse", ["2026-01-01", { zone: "Mars/Olympus" }], "input.invalid"],
  ["parse", ["2026-01-01", { locale: "not a locale" }], "input.invalid"],
  ["format", [NaN], "input.invalid"],
  ["format", [1e20], "input.invalid"],
  ["format", [new Date(NaN)], "input.invalid"],
  ["format", ["yesterday"], "parse.invalid"],
  ["format", [0, "iso", { zone: "UTC+99" }], "input.invalid"],
  ["relative", [0], "input.invalid"],
  ["relative", [0, 0, { locale: "!" }], "input.invalid"],
  ["add", [0, { day: 1 }], "input.invalid"],
  ["add", [0, { years: 1e9 }], "parse.invalid"],
  ["diff", [0, 0, "fortnights"], "input.invalid"],
  ["startOf", [0, "x"], "input.invalid"],
  ["endOf", [0], "input.invalid"],
  ["parts", [true], "input.invalid"],
  ["from", [{ year: 2026, month: 2, day: 30 }], "parse.invalid"],
  ["from", [{ month: 2 }], "input.invalid"],
  ["date", ["x"], "parse.invalid"],
  ["iso", [{}], "input.invalid"],
  ["unix", [], "input.invalid"],
  ["fromUnix", [1e300], "input.invalid"],
  ["isValid", [1], "input.invalid"],
  ["offset", [0, "Nowhere"], "input.invalid"],
  ["duration", ["x"], "input.invalid"],
  ["parseDuration", ["1 fortnight"], "parse.invalid"],
  ["parseDuration", [""], "parse.invalid"],
  ["parseDuration", ["1constructor"], "parse.invalid"],
])("%s refuses %j with %s", async (name, args, code) => {
  expect((await fail(`time.${name}`, args)).code).toBe(code);
});

describe("daylight saving time", () => {
  // Berlin went from UTC+1 to UTC+2 on 2026-03-29 at 02:00, and back on 2026-10-25 at 03:00.
  test("a day later is the same reading of the clock, 24 hours later is not", () => {
    const eve = call("time.from", [{ year: 2026, month: 3, day: 28, hour: 12 }, berlin]);
    expect(call("time.format", [call("time.add", [eve, { days: 1 }, berlin]), "datetime", berlin])).toBe(
      "2026-03-29 12:00:00",
    );
    expect(call("time.format", [call("time.add", [eve, { hours: 24 }, berlin]), "datetime", berlin])).toBe(
      "2026-03-29 13:00:00",
    );
  });

  test("the short day has 23 hours, and is one day", () => {
    const start = call("time.startOf", ["2026-03-29T12:00:00Z", "day", berlin]);
    const next = call("time.add", [start, { days: 1 }, berlin]);
    expect(call("time.diff", [next, start, "hours", berlin])).toBe(23);
    expect(call("time.diff", [next, start, "days", berlin])).toBe(1);
  });
});

test("the machine's own zone and language play no part", () => {
  const before = process.env["TZ"];
  process.env["TZ"] = "America/New_York";
  try {
    expect(call("time.parse", ["2026-01-02T00:00:00"])).toBe(Date.UTC(2026, 0, 2));
    expect(call("time.format", [at, "medium"])).toBe("Jan 2, 2026, 3:04 AM");
  } finally {
    if (before === undefined) delete process.env["TZ"];
    else process.env["TZ"] = before;
  }
});

test("ISO text and parts read back in every zone", () => {
  const zones = fc.constantFrom(
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "UTC-3",
  );
  const times = fc.integer({ min: Date.UTC(1971, 0, 1), max: Date.UTC(2100, 0, 1) });
  fc.assert(
    fc.property(times, zones, (time, zone) => {
      expect(call("time.parse", [call("time.iso", [time, { zone }])])).toBe(time);
      const { offset } = call("time.parts", [time, { zone }]) as { offset: number };
      expect(call("time.offset", [time, zone])).toBe(offset);
    }),
  );
});
