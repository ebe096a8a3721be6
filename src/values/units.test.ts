import { expect, test } from "vitest";
import { readDuration, readSize } from "./units.ts";

test("durations are milliseconds, a bare number seconds", () => {
  expect(["500ms", "90s", "1.5m", "2h", "3", " 4 S "].map(readDuration)).toEqual([
    500, 90_000, 90_000, 7_200_000, 3000, 4000,
  ]);
});

test("sizes are powers of 1024, a bare number bytes", () => {
  expect(["64MB", "1.5kb", "7", "1 GB"].map(readSize)).toEqual([67_108_864, 1536, 7, 1_073_741_824]);
});

test.each(["", "0", "-1s", "5 apples", "1e3", "constructor", "5constructor", "ms"])("%j is neither", (text) => {
  expect([readDuration(text), readSize(text)]).toEqual([undefined, undefined]);
});
