import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";

const numbers = z.array(z.number()).min(1).max(100_000);

export const statistics = defineTool({
  name: "statistics",
  category: "math",
  description:
    "Describes a list of numbers: sum, mean, median, mode, spread, quartiles, percentiles. With a second list of the same length also their correlation and linear regression.",
  tags: ["statistics", "mean", "median", "correlation", "regression"],
  parameters: z.object({
    values: numbers.describe("The numbers."),
    percentiles: z.array(z.number().min(0).max(100)).max(100).default([]).describe("Which percentiles to answer."),
    compare_with: numbers.optional().describe("What `values` go with (y to their x), one for one."),
  }),
  returns: z.object({
    count: z.int(),
    sum: z.number(),
    min: z.number(),
    max: z.number(),
    range: z.number(),
    mean: z.number(),
    median: z.number(),
    mode: z.array(z.number()).describe("The most frequent values; none where all are different."),
    variance: z.number().nullable().describe("Of a sample (n - 1); null for a single number."),
    standard_deviation: z.number().nullable(),
    population_variance: z.number(),
    quartiles: z.array(z.number()).describe("At 25, 50 and 75 percent, interpolated."),
    percentiles: z.record(z.string(), z.number()),
    correlation: z.number().nullable().optional().describe("Pearson's; null where one list does not vary."),
    regression: z.object({ slope: z.number(), intercept: z.number(), r_squared: z.number() }).nullable().optional(),
  }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "A few numbers", args: { values: [2, 4, 4, 4, 5, 5, 7, 9], percentiles: [90] } },
    { description: "Two lists", args: { values: [1, 2, 3], compare_with: [2, 4, 6.5] } },
  ],
  execute({ values, percentiles, compare_with: others }) {
    const sorted = values.toSorted((a, b) => a - b);
    const sum = sumOf(values);
    const mean = sum / values.length;
    const squares = sumOf(values.map((value) => (value - mean) ** 2));
    const variance = values.length === 1 ? null : squares / (values.length - 1);
    const [min, max] = [sorted[0] as number, sorted.at(-1) as number];
    return {
      count: values.length,
      sum,
      min,
      max,
      range: max - min,
      mean,
      median: percentile(sorted, 50),
      mode: modeOf(sorted),
      variance,
      standard_deviation: variance === null ? null : Math.sqrt(variance),
      population_variance: squares / values.length,
      quartiles: [25, 50, 75].map((share) => percentile(sorted, share)),
      percentiles: Object.fromEntries(percentiles.map((share) => [String(share), percentile(sorted, share)])),
      ...(others === undefined ? {} : compared(values, others)),
    };
  },
});

/** Neumaier's sum: what is lost by rounding is added at the end. */
function sumOf(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

/** Interpolated between neighbours (as R's type 7 and spreadsheets do). */
function percentile(sorted: readonly number[], share: number): number {
  const at = ((sorted.length - 1) * share) / 100;
  const below = Math.floor(at);
  const low = sorted[below] as number;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number;
  return low + (high - low) * (at - below);
}

function modeOf(sorted: readonly number[]): number[] {
  const counts = new Map<number, number>();
  for (const value of sorted) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = [...counts.values()].reduce((a, b) => Math.max(a, b), 0);
  if (most === 1 && sorted.length > 1) return [];
  return [...counts].flatMap(([value, count]) => (count === most ? [value] : []));
}

function compared(x: readonly number[], y: readonly number[]) {
  if (x.length !== y.length)
    throw new LlmspellError("input.invalid", `values has ${x.length} numbers, compare_with ${y.length}`, {
      hint: "Each number of one goes with one of the other.",
    });
  const [meanX, meanY] = [sumOf(x) / x.length, sumOf(y) / y.length];
  const xx = sumOf(x.map((value) => (value - meanX) ** 2));
  const yy = sumOf(y.map((value) => (value - meanY) ** 2));
  const xy = sumOf(x.map((value, index) => (value - meanX) * ((y[index] as number) - meanY)));
  if (xx === 0) return { correlation: null, regression: null };
  const slope = xy / xx;
  const correlation = yy === 0 ? null : xy / Math.sqrt(xx * yy);
  const rSquared = correlation === null ? 1 : correlation ** 2;
  return { correlation, regression: { slope, intercept: meanY - slope * meanX, r_squared: rSquared } };
}
