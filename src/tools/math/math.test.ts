import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixtureHost, type FixtureHost } from "../fixtures/fixture-host.ts";
import { calculator, unitConvert } from "./calculator.ts";
import { matrix } from "./matrix.ts";
import { statistics } from "./statistics.ts";

let host: FixtureHost;
beforeEach(() => (host = createFixtureHost()));
afterEach(() => host.close());

describe("calculator", () => {
  it.each([
    ["(2 + 3) * 4", "20"],
    ["-2^2", "-4"],
    ["2^3^2", "512"],
    ["2 ** -1", "0.5"],
    ["0.1 + 0.2", "0.3"],
    ["7 % 3 + 20%", "1.2"],
    ["-7 mod 3", "2"],
    ["5!", "120"],
    ["1_000 * 1e-3", "1"],
    ["sqrt(16) + max(1, 2, 3)", "7"],
    ["round(2.345, 2)", "2.35"],
    ["log(1000) + log(8, 2) + ln(e)", "7"],
    ["sin(90 deg) + cos(pi)", "0"],
    ["combinations(5, 2) * gcd(12, 18)", "60"],
    ["3 km / 20 min to km/h", "9 km/h"],
    ["5 lb + 3 oz to g", "2353.010419375 g"],
    ["100 degC to degF", "212 degF"],
    ["2 kg * 9.81 m/s^2", "19.62 N"],
    ["12 in to cm", "30.48 cm"],
    ["1 mi in ft", "5280 ft"],
    ["1.5 GiB to MB", "1610.612736 MB"],
    ["sqrt(9 m^2)", "3 m"],
    ["3 m / 2 m", "1.5"],
    ["10 kilometres / 2 hours to meters/second", "1.3888888888889 meters/second"],
  ])("%s is %s", async (expression, text) => {
    expect(await host.run(calculator, { expression })).toMatchObject({ text });
  });

  it.each([
    ["2 +", "parse.invalid", "too early"],
    ["2 + * 3", "parse.invalid", "column 5"],
    ["(1", "parse.invalid", '")" is missing'],
    ["process.exit()", "parse.invalid", "process"],
    ["constructor", "parse.invalid", "constructor"],
    ["__proto__", "parse.invalid", "__proto__"],
    ["2 @ 3", "parse.invalid", "column 3"],
    ["1 / 0", "input.invalid", "no finite value"],
    ["sqrt(-1)", "input.invalid", "no finite value"],
    ["1 km + 1 kg", "input.invalid", "cannot be added"],
    ["1 km to kg", "input.invalid", "cannot be converted"],
    ["20 degC + 1 degC", "input.invalid", "temperatures"],
    ["171!", "input.invalid", "factorial"],
    ["9^9^9^9", "input.invalid", "no finite value"],
    ["combinations(1e9, 5e8)", "input.invalid", "steps"],
    ["atan2(1)", "parse.invalid", "2 arguments"],
    ["(".repeat(500), "parse.invalid", "levels"],
    ["1".repeat(1001), "value.too_large", "1000"],
  ])("%s fails with %s", async (expression, code, message) => {
    const error = await host.fail(calculator, { expression });
    expect(error.code).toBe(code);
    expect(error.message).toContain(message);
  });
});

describe("unit_convert", () => {
  it("converts between units of a kind", async () => {
    expect(await host.run(unitConvert, { value: 98.6, from: "degF", to: "degC" })).toMatchObject({ value: 37 });
    expect(await host.run(unitConvert, { value: 1, from: "kWh", to: "J" })).toMatchObject({ value: 3_600_000 });
    expect(await host.run(unitConvert, { value: 0, from: "K", to: "celsius" })).toMatchObject({ value: -273.15 });
  });

  it("names a unit that there is not, and kinds that do not fit", async () => {
    expect((await host.fail(unitConvert, { value: 1, from: "parsnip", to: "m" })).message).toContain(
      'no unit "parsnip"',
    );
    expect((await host.fail(unitConvert, { value: 1, from: "L", to: "m^2" })).code).toBe("input.invalid");
  });
});

describe("statistics", () => {
  it("describes numbers", async () => {
    const args = { values: [2, 4, 4, 4, 5, 5, 7, 9], percentiles: [90] };
    expect(await host.run(statistics, args)).toMatchObject({
      count: 8,
      sum: 40,
      mean: 5,
      median: 4.5,
      mode: [4],
      population_variance: 4,
      quartiles: [4, 4.5, 5.5],
      percentiles: { 90: 7.6 },
    });
    expect(await host.run(statistics, { values: [1e100, 1, -1e100] })).toMatchObject({ sum: 1, mode: [] });
    expect(await host.run(statistics, { values: [3] })).toMatchObject({ variance: null, mode: [3] });
  });

  it("relates two lists", async () => {
    const args = { values: [1, 2, 3, 4], compare_with: [3, 5, 7, 9] };
    expect(await host.run(statistics, args)).toMatchObject({
      correlation: 1,
      regression: { slope: 2, intercept: 1, r_squared: 1 },
    });
    expect(await host.run(statistics, { values: [1, 1], compare_with: [1, 2] })).toMatchObject({ correlation: null });
    expect((await host.fail(statistics, { values: [1], compare_with: [1, 2] })).code).toBe("input.invalid");
  });
});

describe("matrix", () => {
  const run = (operation: string, a: number[][], b?: unknown) =>
    host.run(matrix, { operation, a, ...(b === undefined ? {} : { b }) });

  it("computes", async () => {
    const a = [
      [2, 1],
      [1, 3],
    ];
    expect(await run("determinant", a)).toEqual({ result: 5 });
    expect(
      await run("determinant", [
        [0, 1],
        [1, 0],
      ]),
    ).toEqual({ result: -1 });
    expect(await run("solve", a, [3, 5])).toEqual({ result: [0.8, 1.4] });
    expect(
      await run("multiply", a, [
        [1, 0],
        [0, 2],
      ]),
    ).toEqual({
      result: [
        [2, 2],
        [1, 6],
      ],
    });
    expect(
      await run("inverse", [
        [2, 0],
        [0, 4],
      ]),
    ).toEqual({
      result: [
        [0.5, 0],
        [0, 0.25],
      ],
    });
    expect(await run("transpose", [[1, 2, 3]])).toEqual({ result: [[1], [2], [3]] });
    expect(
      await run("rank", [
        [1, 2],
        [2, 4],
      ]),
    ).toEqual({ result: 1 });
    expect(await run("subtract", a, a)).toEqual({
      result: [
        [0, 0],
        [0, 0],
      ],
    });
  });

  it.each([
    [
      "inverse",
      [
        [1, 2],
        [2, 4],
      ],
      undefined,
      "singular",
    ],
    ["determinant", [[1, 2]], undefined, "square"],
    ["determinant", [[1, 2], [3]], undefined, "row 2"],
    ["multiply", [[1, 2]], [[1, 2]], "cannot be multiplied"],
    ["add", [[1]], undefined, "second matrix"],
    [
      "solve",
      [
        [1, 0],
        [0, 1],
      ],
      [1],
      "rows",
    ],
  ])("%s of %j fails", async (operation, a, b, message) => {
    const error = await host.fail(matrix, { operation, a, ...(b === undefined ? {} : { b }) });
    expect(error).toMatchObject({ code: "input.invalid", message: expect.stringContaining(message) as string });
  });
});
