import { describe, expect, test } from "vitest";
import type { LlmspellError } from "../errors.ts";
import { METRIC_LIMITS, Metrics } from "./metrics.ts";

function booked(): { metrics: Metrics; bytes: () => number } {
  let bytes = 0;
  const metrics = new Metrics((more) => void (bytes += more));
  return { metrics, bytes: () => bytes };
}

function codeOf(act: () => void): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as LlmspellError).code;
  }
}

describe("metrics", () => {
  test("keeps a series for every set of attributes, whatever their order", () => {
    const { metrics } = booked();
    metrics.add("calls", 1, { a: 1, b: "x" });
    metrics.add("calls", 2, { b: "x", a: 1 });
    metrics.add("calls", 4, { a: 1 });
    expect(metrics.get("calls")).toEqual({
      name: "calls",
      kind: "counter",
      points: [
        { attributes: { a: 1, b: "x" }, value: 3 },
        { attributes: { a: 1 }, value: 4 },
      ],
    });
  });

  test("sorts values into buckets with inclusive upper bounds", () => {
    const { metrics } = booked();
    metrics.declare("histogram", "size", { buckets: [10, 20] });
    for (const value of [-5, 10, 10.5, 20, 21]) metrics.observe("size", value);
    expect(metrics.get("size")).toMatchObject({
      bounds: [10, 20],
      points: [{ count: 5, sum: 56.5, min: -5, max: 21, bucketCounts: [2, 2, 1] }],
    });
  });

  test("answers copies", () => {
    const { metrics } = booked();
    metrics.add("n", 1);
    Object.assign(metrics.get("n")?.points[0] ?? {}, { value: 100 });
    expect(metrics.valueOf("n")).toBe(1);
  });

  test("keeps attributes with names of every object's members apart", () => {
    const { metrics } = booked();
    metrics.add("n", 1, JSON.parse('{"__proto__": "x", "constructor": "y"}') as never);
    expect(metrics.get("n")?.points[0]?.attributes).toEqual(JSON.parse('{"__proto__": "x", "constructor": "y"}'));
  });

  test("bounds metrics, series, attributes and buckets, and books what it holds", () => {
    const { metrics, bytes } = booked();
    const series = () => {
      for (let id = 0; id <= METRIC_LIMITS.series; id++) metrics.add("users", 1, { id });
    };
    expect(codeOf(series)).toBe("telemetry.limit");
    expect(bytes()).toBeGreaterThan(METRIC_LIMITS.series * 100);
    metrics.reset();
    expect(bytes()).toBeLessThan(1000);
    const names = () => {
      for (let id = 0; id <= METRIC_LIMITS.metrics; id++) metrics.add(`n${id}`, 1);
    };
    expect(codeOf(names)).toBe("telemetry.limit");
    const many = Object.fromEntries(Array.from({ length: 65 }, (_, id) => [`a${id}`, id]));
    expect(codeOf(() => metrics.add("users", 1, many))).toBe("telemetry.limit");
    const buckets = Array.from({ length: 201 }, (_, id) => id);
    expect(codeOf(() => booked().metrics.declare("histogram", "h", { buckets }))).toBe("telemetry.limit");
  });

  test.each<[string, (metrics: Metrics) => void]>([
    ["a negative count", (metrics) => metrics.add("n", -1)],
    ["NaN", (metrics) => metrics.set("n", Number.NaN)],
    ["infinity", (metrics) => metrics.observe("n", Infinity)],
    ["an infinite count", (metrics) => metrics.add("n", Infinity)],
    ["an empty name", (metrics) => metrics.add("", 1)],
    ["a long name", (metrics) => metrics.add("n".repeat(256), 1)],
    ["descending bounds", (metrics) => metrics.declare("histogram", "n", { buckets: [2, 1] })],
    ["an object as attribute", (metrics) => metrics.add("n", 1, { a: {} })],
    ["a mixed list as attribute", (metrics) => metrics.add("n", 1, { a: [1, "x"] })],
    ["bytes as attribute", (metrics) => metrics.add("n", 1, { a: new Uint8Array(1) })],
    ["another kind", (metrics) => (metrics.set("n", 1), metrics.add("n", 1))],
  ])("refuses %s", (_, act) => {
    expect(codeOf(() => act(booked().metrics))).toBe("input.invalid");
  });
});
