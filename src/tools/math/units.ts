/** Exponents of metre, kilogram, second, ampere, kelvin, mole, candela, bit. */
export type Dimensions = readonly number[];

/** A unit as a factor to SI base units; `offset` of temperature scales whose zero is another. */
export interface Unit {
  factor: number;
  dimensions: Dimensions;
  offset?: number;
}

export const NO_DIMENSIONS: Dimensions = [0, 0, 0, 0, 0, 0, 0, 0];

const BASE = ["m", "kg", "s", "A", "K", "mol", "cd", "bit"];

/** `m/s^2`, or nothing where there is no dimension. */
export function dimensionText(dimensions: Dimensions): string {
  const derived = DERIVED.find(([, text]) => same(dimensionsOf(text), dimensions));
  if (derived) return derived[0];
  const write = (sign: 1 | -1) =>
    dimensions
      .flatMap((power, index) =>
        power * sign > 0 ? [`${BASE[index]}${power * sign === 1 ? "" : `^${power * sign}`}`] : [],
      )
      .join(" ");
  const [above, below] = [write(1), write(-1)];
  if (below === "") return above;
  return `${above === "" ? "1" : above}/${below.includes(" ") ? `(${below})` : below}`;
}

export function same(a: Dimensions, b: Dimensions): boolean {
  return a.every((power, index) => Math.abs(power - (b[index] as number)) < 1e-9);
}

/** By symbol or name: `km`, `kilometres`, `MiB`. Case counts. Undefined where there is none. */
export function findUnit(name: string): Unit | undefined {
  const exact = own(UNITS, name);
  if (exact) return unitOf(exact);
  for (const [prefixes, units] of PREFIXED) {
    for (const [prefix, factor] of prefixes) {
      const found = name.startsWith(prefix) ? own(units, name.slice(prefix.length)) : undefined;
      if (found) return scaled(unitOf(found), factor);
    }
  }
  return name.length > 3 && name.endsWith("s") ? findUnit(name.slice(0, -1)) : undefined;
}

type Row = readonly [factor: number, dimensions: string, offset?: number];
type Rows = Readonly<Record<string, Row>>;

function own(rows: Rows, name: string): Row | undefined {
  return Object.hasOwn(rows, name) ? rows[name] : undefined;
}

function unitOf([factor, text, offset]: Row): Unit {
  return { factor, dimensions: dimensionsOf(text), ...(offset === undefined ? {} : { offset }) };
}

function scaled({ factor, dimensions }: Unit, by: number): Unit {
  return { factor: factor * by, dimensions };
}

/** Of `kg m2 s-2`. */
function dimensionsOf(text: string): Dimensions {
  const powers = NO_DIMENSIONS.slice();
  for (const [, base, power] of text.matchAll(/([a-zA-Z]+)(-?\d)?/g))
    powers[BASE.indexOf(base as string)] = Number(power ?? 1);
  return powers;
}

/** Shown for results of these dimensions. */
const DERIVED: readonly (readonly [string, string])[] = [
  ["N", "kg m s-2"],
  ["J", "kg m2 s-2"],
  ["W", "kg m2 s-3"],
  ["Pa", "kg m-1 s-2"],
  ["V", "kg m2 s-3 A-1"],
  ["ohm", "kg m2 s-3 A-2"],
  ["C", "s A"],
  ["F", "kg-1 m-2 s4 A2"],
  ["Hz", "s-1"],
];

/** With the metric prefixes, by symbol. */
const METRIC: Rows = {
  m: [1, "m"],
  g: [0.001, "kg"],
  s: [1, "s"],
  A: [1, "A"],
  K: [1, "K"],
  mol: [1, "mol"],
  cd: [1, "cd"],
  N: [1, "kg m s-2"],
  J: [1, "kg m2 s-2"],
  W: [1, "kg m2 s-3"],
  Wh: [3600, "kg m2 s-2"],
  Pa: [1, "kg m-1 s-2"],
  bar: [100_000, "kg m-1 s-2"],
  Hz: [1, "s-1"],
  V: [1, "kg m2 s-3 A-1"],
  ohm: [1, "kg m2 s-3 A-2"],
  C: [1, "s A"],
  F: [1, "kg-1 m-2 s4 A2"],
  L: [0.001, "m3"],
  l: [0.001, "m3"],
  cal: [4.184, "kg m2 s-2"],
  eV: [1.602_176_634e-19, "kg m2 s-2"],
  t: [1000, "kg"],
  pc: [3.085_677_581_491_367e16, "m"],
};

const DATA: Rows = { b: [1, "bit"], bit: [1, "bit"], B: [8, "bit"], byte: [8, "bit"] };

/** With the prefixes' names. */
const NAMED: Rows = {
  meter: [1, "m"],
  metre: [1, "m"],
  gram: [0.001, "kg"],
  second: [1, "s"],
  ampere: [1, "A"],
  kelvin: [1, "K"],
  newton: [1, "kg m s-2"],
  joule: [1, "kg m2 s-2"],
  watt: [1, "kg m2 s-3"],
  pascal: [1, "kg m-1 s-2"],
  hertz: [1, "s-1"],
  volt: [1, "kg m2 s-3 A-1"],
  liter: [0.001, "m3"],
  litre: [0.001, "m3"],
  calorie: [4.184, "kg m2 s-2"],
  bit: [1, "bit"],
  byte: [8, "bit"],
};

const FOOT = 0.3048;
const POUND = 0.453_592_37;
const GALLON = 231 * 0.0254 ** 3;

const UNITS: Rows = {
  ...METRIC,
  ...DATA,
  ...NAMED,
  in: [0.0254, "m"],
  inch: [0.0254, "m"],
  inches: [0.0254, "m"],
  ft: [FOOT, "m"],
  foot: [FOOT, "m"],
  feet: [FOOT, "m"],
  yd: [0.9144, "m"],
  yard: [0.9144, "m"],
  mi: [1609.344, "m"],
  mile: [1609.344, "m"],
  nmi: [1852, "m"],
  au: [149_597_870_700, "m"],
  ly: [9_460_730_472_580_800, "m"],
  angstrom: [1e-10, "m"],
  tonne: [1000, "kg"],
  lb: [POUND, "kg"],
  lbs: [POUND, "kg"],
  pound: [POUND, "kg"],
  oz: [POUND / 16, "kg"],
  ounce: [POUND / 16, "kg"],
  stone: [14 * POUND, "kg"],
  ton: [2000 * POUND, "kg"],
  min: [60, "s"],
  minute: [60, "s"],
  h: [3600, "s"],
  hr: [3600, "s"],
  hour: [3600, "s"],
  d: [86_400, "s"],
  day: [86_400, "s"],
  week: [604_800, "s"],
  year: [31_557_600, "s"],
  degC: [1, "K", 273.15],
  "°C": [1, "K", 273.15],
  celsius: [1, "K", 273.15],
  degF: [5 / 9, "K", 459.67 * (5 / 9)],
  "°F": [5 / 9, "K", 459.67 * (5 / 9)],
  fahrenheit: [5 / 9, "K", 459.67 * (5 / 9)],
  rad: [1, ""],
  deg: [Math.PI / 180, ""],
  "°": [Math.PI / 180, ""],
  rpm: [1 / 60, "s-1"],
  mph: [0.447_04, "m s-1"],
  kmh: [1 / 3.6, "m s-1"],
  knot: [1852 / 3600, "m s-1"],
  ha: [10_000, "m2"],
  hectare: [10_000, "m2"],
  acre: [4046.856_422_4, "m2"],
  gal: [GALLON, "m3"],
  gallon: [GALLON, "m3"],
  qt: [GALLON / 4, "m3"],
  pint: [GALLON / 8, "m3"],
  cup: [GALLON / 16, "m3"],
  floz: [GALLON / 128, "m3"],
  tbsp: [GALLON / 256, "m3"],
  tsp: [GALLON / 768, "m3"],
  atm: [101_325, "kg m-1 s-2"],
  psi: [6894.757_293_168, "kg m-1 s-2"],
  mmHg: [133.322_387_415, "kg m-1 s-2"],
  hp: [745.699_871_582_270_2, "kg m2 s-3"],
  BTU: [1055.055_852_62, "kg m2 s-2"],
};

type Prefixes = readonly (readonly [string, number])[];

const SYMBOLS: Prefixes = [
  ["da", 10],
  ["q", 1e-30],
  ["y", 1e-24],
  ["z", 1e-21],
  ["a", 1e-18],
  ["f", 1e-15],
  ["p", 1e-12],
  ["n", 1e-9],
  ["u", 1e-6],
  ["µ", 1e-6],
  ["m", 0.001],
  ["c", 0.01],
  ["d", 0.1],
  ["h", 100],
  ["k", 1000],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["P", 1e15],
  ["E", 1e18],
];

const BINARY: Prefixes = [
  ["Ki", 2 ** 10],
  ["Mi", 2 ** 20],
  ["Gi", 2 ** 30],
  ["Ti", 2 ** 40],
  ["Pi", 2 ** 50],
];

const NAMES: Prefixes = [
  ["nano", 1e-9],
  ["micro", 1e-6],
  ["milli", 0.001],
  ["centi", 0.01],
  ["deci", 0.1],
  ["hecto", 100],
  ["kilo", 1000],
  ["mega", 1e6],
  ["giga", 1e9],
  ["tera", 1e12],
  ["peta", 1e15],
];

const PREFIXED: readonly (readonly [Prefixes, Rows])[] = [
  [SYMBOLS, METRIC],
  [BINARY, DATA],
  [SYMBOLS.filter(([, factor]) => factor >= 1000), DATA],
  [NAMES, NAMED],
];
