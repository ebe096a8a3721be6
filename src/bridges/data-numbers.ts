import { z } from "zod";
import { anyValue } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import { inspect } from "../values/inspect.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { Selector } from "./data-collection.ts";
import { list, select, selector } from "./data-collection.ts";
import { compareValues } from "./data-order.ts";
import { pure } from "./pure-method.ts";

const input = { list, by: selector.optional() };

/** Figures of a list: of its items, or of their values at a path or by a function. Nil items do not count. */
export const numberMethods = {
  sum: pure({
    summary:
      "The sum, 0 for no items; exact for integers of any size. Fails with `input.invalid` on what is no number, as all figures here.",
    input,
    output: z.union([z.number(), z.bigint()]),
    *run({ list: given, by }) {
      const numbers = yield* numbersOf("data.sum", given, by);
      return sum(numbers);
    },
  }),
  mean: pure({
    summary: "The arithmetic mean, nil for no items.",
    input,
    output: z.number().nullable(),
    *run({ list: given, by }) {
      const numbers = yield* numbersOf("data.mean", given, by);
      return numbers.length === 0 ? null : Number(sum(numbers)) / numbers.length;
    },
  }),
  median: pure({
    summary: "The median, nil for no items; the mean of the two in the middle for an even number.",
    input,
    output: z.number().nullable(),
    *run({ list: given, by }) {
      const numbers = (yield* numbersOf("data.median", given, by)).map(Number).toSorted((a, b) => a - b);
      const middle = numbers.length >> 1;
      if (numbers.length === 0) return null;
      return numbers.length % 2 === 1
        ? (numbers[middle] as number)
        : ((numbers[middle - 1] as number) + (numbers[middle] as number)) / 2;
    },
  }),
  min: pure({
    summary: "The item with the smallest value: a number, text or time; nil for no items.",
    input,
    output: anyValue,
    *run({ list: given, by }) {
      return yield* extreme("data.min", given, by, -1);
    },
  }),
  max: pure({
    summary: "The item with the largest value: a number, text or time; nil for no items.",
    input,
    output: anyValue,
    *run({ list: given, by }) {
      return yield* extreme("data.max", given, by, 1);
    },
  }),
};

function* numbersOf(
  method: string,
  given: readonly ScriptValue[],
  by: Selector | undefined,
): Generator<unknown, (number | bigint)[], unknown> {
  const numbers: (number | bigint)[] = [];
  for (const item of given) {
    const value = yield* select(by, item);
    if (value === null || value === undefined) continue;
    if (typeof value !== "number" && typeof value !== "bigint") {
      throw new LlmspellError("input.invalid", `${method}: ${inspect(value, { length: 100 })} is no number`);
    }
    numbers.push(value);
  }
  return numbers;
}

/** Integers exactly; anything else as floats with the error carried along (Neumaier 1974). */
function sum(numbers: readonly (number | bigint)[]): number | bigint {
  if (numbers.every((value) => typeof value === "bigint" || Number.isSafeInteger(value))) {
    const exact = numbers.reduce<bigint>((total, value) => total + BigInt(value), 0n);
    return Number.isSafeInteger(Number(exact)) || BigInt.asIntN(64, exact) !== exact ? Number(exact) : exact;
  }
  let total = 0;
  let carried = 0;
  for (const value of numbers) {
    const number = Number(value);
    const next = total + number;
    carried += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total;
    total = next;
  }
  return Number.isFinite(total) ? total + carried : total;
}

function* extreme(
  method: string,
  given: readonly ScriptValue[],
  by: Selector | undefined,
  sign: 1 | -1,
): Generator<unknown, ScriptValue, unknown> {
  let best: { item: ScriptValue; value: ScriptValue } | undefined;
  for (const item of given) {
    const value = yield* select(by, item);
    if (value === null || value === undefined) continue;
    if (!best || compareValues(method, value, best.value) * sign > 0) best = { item, value };
  }
  return best?.item ?? null;
}
