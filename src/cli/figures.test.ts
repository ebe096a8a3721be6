import { expect, test } from "vitest";
import { formatElapsed, formatMoney, formatNumberOf, formatSize, formatSpent, formatTime } from "./figures.ts";

test.each([
  [0, "$0"],
  [0.000015, "$0.000015"],
  [0.0042, "$0.0042"],
  [0.05, "$0.050"],
  [0.1, "$0.10"],
  [12.345, "$12.35"],
])("money: %d", (dollars, text) => expect(formatMoney(dollars)).toBe(text));

test.each([
  [0, "0 ms"],
  [999.4, "999 ms"],
  [3210, "3.2 s"],
  [75_000, "75 s"],
  [725_000, "12 min 5 s"],
])("time: %d", (milliseconds, text) => expect(formatElapsed(milliseconds)).toBe(text));

test("a price that is not known is not made up", () => {
  const spent = { inputTokens: 1234, outputTokens: 5, cost: 0, costKnown: false };
  expect(formatSpent(spent)).toBe("1,234 tokens in, 5 out, price unknown");
  expect(formatSpent({ ...spent, cost: 0.25 })).toBe("1,234 tokens in, 5 out, more than $0.25");
  expect(formatSpent({ ...spent, costKnown: true })).toBe("1,234 tokens in, 5 out, $0");
});

test.each([
  [0, "0 bytes"],
  [1023, "1023 bytes"],
  [1536, "1.5 KB"],
  [64 * 1024 ** 2, "64 MB"],
  [5000 * 1024 ** 3, "5000 GB"],
])("size: %d", (bytes, text) => expect(formatSize(bytes)).toBe(text));

test("numbers of things", () => {
  expect([0, 1, 2, 10_000].map((count) => formatNumberOf(count, "run"))).toEqual([
    "0 runs",
    "1 run",
    "2 runs",
    "10,000 runs",
  ]);
});

test("a time is that of the local clock", () => {
  expect(formatTime(new Date(2026, 10, 21, 9, 5, 7).getTime())).toBe("2026-11-21 09:05:07");
});
