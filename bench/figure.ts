/** One number against its goal. Smaller is better, always. */
export interface Reading {
  name: string;
  /** Undefined when it could not be measured here: `note` says why. */
  value: number | undefined;
  /** `x` for a ratio. */
  unit: string;
  /** Absent for a number that only explains another one. */
  goal?: number;
  /** Spread, what the number was measured against, what else was seen. */
  note?: string;
}

/** A row of the table in the performance page: a group of readings that are measured in one go. */
export interface Figure {
  /** What selects it on the command line. */
  name: string;
  title: string;
  /** Tells progress through `log`. */
  measure(log: (line: string) => void): Promise<Reading[]>;
}

export function skipped(name: string, unit: string, goal: number, note: string): Reading {
  return { name, value: undefined, unit, goal, note };
}

export function verdict({ value, goal }: Reading): "pass" | "MISS" | "skipped" | "" {
  if (value === undefined) return "skipped";
  if (goal === undefined) return "";
  return value <= goal ? "pass" : "MISS";
}

export function formatValue(value: number | undefined, unit: string): string {
  if (value === undefined) return "-";
  const text =
    Number.isInteger(value) && unit === ""
      ? String(value)
      : value >= 100
        ? value.toFixed(0)
        : value >= 10
          ? value.toFixed(1)
          : value.toFixed(value < 0.1 ? 3 : 2);
  return unit === "x" ? `${text}x` : unit === "" ? text : `${text} ${unit}`;
}
