import { z } from "zod";
import { defineTool } from "../tool.ts";
import { evaluate, parseUnit, withoutNoise } from "./expression.ts";
import { convert, inUnit } from "./quantity.ts";

export const calculator = defineTool({
  name: "calculator",
  category: "math",
  description:
    "Computes an arithmetic expression: + - * / ^ % (or mod), brackets, !, functions such as sqrt, log, sin, round(x, digits), constants pi and e, and units: `3 km / 20 min to km/h`. `20%` is 0.2.",
  tags: ["math", "arithmetic", "units", "evaluate"],
  parameters: z.object({
    expression: z.string().min(1).describe("What to compute, e.g. `(2 + 3) * 4` or `5 lb to kg`."),
  }),
  returns: z.object({
    result: z.number(),
    unit: z.string().nullable().describe("Unit of the result; null for a mere number."),
    text: z.string().describe("Number and unit as text."),
  }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "Arithmetic", args: { expression: "(2 + 3) * 4" } },
    { description: "Units", args: { expression: "3 km / 20 min to km/h" } },
    { description: "Functions", args: { expression: "round(sqrt(2) * 100, 2)" } },
  ],
  execute({ expression }) {
    const { value, unit } = evaluate(expression);
    return { result: value, unit: unit === "" ? null : unit, text: unit === "" ? String(value) : `${value} ${unit}` };
  },
});

export const unitConvert = defineTool({
  name: "unit_convert",
  category: "math",
  description:
    "Converts a number from one unit to another of the same kind: lengths, masses, times, temperatures, volumes, areas, speeds, energy, power, pressure, data sizes, and their products such as `kg m/s^2`.",
  tags: ["units", "convert", "measure"],
  parameters: z.object({
    value: z.number().describe("How many."),
    from: z.string().min(1).max(200).describe("Their unit, e.g. `mi`, `km/h`, `degF`, `MiB`. Case counts."),
    to: z.string().min(1).max(200).describe("The unit wanted."),
  }),
  returns: z.object({ value: z.number(), unit: z.string(), text: z.string() }),
  effect: "pure",
  permissions: [],
  examples: [
    { description: "Miles to kilometres", args: { value: 26.2, from: "mi", to: "km" } },
    { description: "Temperature", args: { value: 98.6, from: "degF", to: "degC" } },
  ],
  execute({ value, from, to }) {
    const converted = withoutNoise(convert(inUnit(value, parseUnit(from)), parseUnit(to), to));
    return { value: converted, unit: to, text: `${converted} ${to}` };
  },
});
