import { LlmspellError } from "../../errors.ts";
import { add, numberOf, plain, power, type Quantity } from "./quantity.ts";
import { same } from "./units.ts";

export const CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  π: Math.PI,
  tau: 2 * Math.PI,
  e: Math.E,
  phi: (1 + Math.sqrt(5)) / 2,
};

type Run = (...args: Quantity[]) => Quantity;

const MOST_STEPS = 100_000;

export const FUNCTIONS: Readonly<Record<string, Run>> = {
  sqrt: (value) => power(value as Quantity, plain(1 / 2)),
  cbrt: onNumber("cbrt", Math.cbrt),
  root: (value, degree) => power(value as Quantity, plain(1 / numberOf(degree as Quantity, "root"))),
  abs: keeping(Math.abs),
  round: rounding("round", roundHalfAway),
  floor: rounding("floor", Math.floor),
  ceil: rounding("ceil", Math.ceil),
  trunc: rounding("trunc", Math.trunc),
  sign: (value) => plain(Math.sign((value as Quantity).value)),
  exp: onNumber("exp", Math.exp),
  ln: onNumber("ln", Math.log),
  log: (value, ...[base]) => {
    const of = numberOf(value as Quantity, "log");
    return plain(base === undefined ? Math.log10(of) : Math.log(of) / Math.log(numberOf(base, "log")));
  },
  log2: onNumber("log2", Math.log2),
  log10: onNumber("log10", Math.log10),
  sin: onNumber("sin", Math.sin),
  cos: onNumber("cos", Math.cos),
  tan: onNumber("tan", Math.tan),
  asin: onNumber("asin", Math.asin),
  acos: onNumber("acos", Math.acos),
  atan: onNumber("atan", Math.atan),
  atan2: (y, x) => plain(Math.atan2(numberOf(y as Quantity, "atan2"), numberOf(x as Quantity, "atan2"))),
  sinh: onNumber("sinh", Math.sinh),
  cosh: onNumber("cosh", Math.cosh),
  tanh: onNumber("tanh", Math.tanh),
  hypot: (...sides) => plain(Math.hypot(...sides.map((side) => numberOf(side, "hypot")))),
  min: (...values) => chosen(values, Math.min),
  max: (...values) => chosen(values, Math.max),
  sum: (...values) => values.reduce((total, value) => add(total, value, 1)),
  mean: (...values) => {
    const { value, dimensions } = values.reduce((total, each) => add(total, each, 1));
    return { value: value / values.length, dimensions };
  },
  gcd: (...values) => plain(values.map((value) => whole(value, "gcd")).reduce(gcd)),
  lcm: (...values) =>
    plain(
      values
        .map((value) => whole(value, "lcm"))
        .reduce((a, b) => (a === 0 || b === 0 ? 0 : Math.abs(a / gcd(a, b)) * b)),
    ),
  combinations: (n, k) =>
    plain(combinations(whole(n as Quantity, "combinations"), whole(k as Quantity, "combinations"))),
  permutations: (n, k) =>
    plain(permutations(whole(n as Quantity, "permutations"), whole(k as Quantity, "permutations"))),
};

function onNumber(name: string, run: (value: number) => number): Run {
  return (value) => plain(run(numberOf(value as Quantity, name)));
}

function keeping(run: (value: number) => number): Run {
  return (value) => {
    const { value: of, dimensions } = value as Quantity;
    return { value: run(of), dimensions };
  };
}

/** `round(x, digits)`. */
function rounding(name: string, run: (value: number) => number): Run {
  return (value, ...[digits]) => {
    const scale = digits === undefined ? 1 : 10 ** whole(digits, name);
    return plain(run(numberOf(value as Quantity, name) * scale) / scale);
  };
}

function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value) + Number.EPSILON * Math.abs(value));
}

function chosen(values: readonly Quantity[], run: (...values: number[]) => number): Quantity {
  const [first] = values as [Quantity];
  if (!values.every(({ dimensions }) => same(dimensions, first.dimensions)))
    throw new LlmspellError("input.invalid", "quantities of different kinds cannot be compared");
  return { value: run(...values.map(({ value }) => value)), dimensions: first.dimensions };
}

function whole(quantity: Quantity, what: string): number {
  const value = numberOf(quantity, what);
  if (Number.isSafeInteger(value)) return value;
  throw new LlmspellError("input.invalid", `${what} wants whole numbers, got ${value}`);
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

function combinations(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  const steps = boundedSteps(Math.min(k, n - k));
  let result = 1;
  for (let index = 1; index <= steps; index++) result = (result * (n - steps + index)) / index;
  return Math.round(result);
}

function permutations(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let result = 1;
  for (let index = 0; index < boundedSteps(k); index++) result *= n - index;
  return result;
}

function boundedSteps(steps: number): number {
  if (steps <= MOST_STEPS) return steps;
  throw new LlmspellError("input.invalid", `that takes more than ${MOST_STEPS} steps`);
}
