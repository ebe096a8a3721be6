import { LlmspellError } from "../../errors.ts";
import { type Dimensions, dimensionText, NO_DIMENSIONS, same, type Unit } from "./units.ts";

/** A number in SI base units. */
export interface Quantity {
  value: number;
  dimensions: Dimensions;
  /** A point on a scale such as °C: it can be converted and compared, nothing else. */
  onScale?: true;
}

export function plain(value: number): Quantity {
  return { value, dimensions: NO_DIMENSIONS };
}

function isPlain({ dimensions }: Quantity): boolean {
  return same(dimensions, NO_DIMENSIONS);
}

export function inUnit(value: number, { factor, dimensions, offset }: Unit): Quantity {
  if (offset === undefined) return { value: value * factor, dimensions };
  return { value: value * factor + offset, dimensions, onScale: true };
}

/** The number of units in a quantity. Throws `input.invalid` where they are of different kinds. */
export function convert(quantity: Quantity, unit: Unit, name: string): number {
  if (same(quantity.dimensions, unit.dimensions)) return (quantity.value - (unit.offset ?? 0)) / unit.factor;
  throw mismatch(`${kindOf(quantity.dimensions)} cannot be converted to ${name}, which is ${kindOf(unit.dimensions)}`);
}

export function add(a: Quantity, b: Quantity, sign: 1 | -1): Quantity {
  refuseScale(a, b);
  if (same(a.dimensions, b.dimensions)) return { value: a.value + sign * b.value, dimensions: a.dimensions };
  const verb = sign === 1 ? "added to" : "subtracted from";
  throw mismatch(`${kindOf(b.dimensions)} cannot be ${verb} ${kindOf(a.dimensions)}`);
}

export function multiply(a: Quantity, b: Quantity, sign: 1 | -1): Quantity {
  refuseScale(a, b);
  const dimensions = a.dimensions.map((power, index) => power + sign * (b.dimensions[index] as number));
  return { value: sign === 1 ? a.value * b.value : a.value / b.value, dimensions };
}

export function power(base: Quantity, exponent: Quantity): Quantity {
  refuseScale(base, exponent);
  if (!isPlain(exponent)) throw mismatch(`an exponent cannot be ${kindOf(exponent.dimensions)}`);
  return { value: base.value ** exponent.value, dimensions: base.dimensions.map((each) => each * exponent.value) };
}

/** The value of what must be a mere number. */
export function numberOf(quantity: Quantity, what: string): number {
  if (isPlain(quantity)) return quantity.value;
  throw mismatch(`${what} wants a number without a unit, got ${kindOf(quantity.dimensions)}`);
}

function refuseScale(...quantities: readonly Quantity[]): void {
  if (!quantities.some(({ onScale }) => onScale)) return;
  throw new LlmspellError("input.invalid", "temperatures in degC or degF can be converted, but not computed with", {
    hint: "Compute in K, e.g. 20 degC to K first.",
  });
}

function kindOf(dimensions: Dimensions): string {
  const text = dimensionText(dimensions);
  return text === "" ? "a number" : text;
}

function mismatch(message: string): LlmspellError {
  return new LlmspellError("input.invalid", message);
}
