import { readFileSync, writeFileSync } from "node:fs";
import { type Figure, type Reading, formatValue, verdict } from "./figure.ts";

const PAGE = new URL("../docs/performance.md", import.meta.url);

/** The readings as lines for a terminal. */
export function formatReadings(readings: readonly Reading[]): string {
  const rows = readings.map((reading) => [
    reading.name,
    formatValue(reading.value, reading.unit),
    reading.goal === undefined ? "" : formatValue(reading.goal, reading.unit),
    verdict(reading),
    reading.note ?? "",
  ]);
  const table = [["figure", "measured", "goal", "", ""], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function markdownTable(readings: readonly Reading[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = readings.map((reading) => {
    const goal = reading.goal === undefined ? "" : formatValue(reading.goal, reading.unit);
    const result = { pass: "reached", MISS: "**missed**", skipped: "not measured", "": "" }[verdict(reading)];
    return `| ${cell(reading.name)} | ${formatValue(reading.value, reading.unit)} | ${goal} | ${result} | ${cell(reading.note ?? "")} |`;
  });
  return ["| figure | measured | goal | | notes |", "|---|---|---|---|---|", ...rows].join("\n");
}

/** Replaces a figure's table in the performance page; what is written around the tables stays. */
export function writeResults(figure: Figure, readings: readonly Reading[], machine: string): void {
  const page = readFileSync(PAGE, "utf8");
  const [start, end] = [`<!-- bench:${figure.name} -->`, `<!-- /bench:${figure.name} -->`];
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from)
    throw new Error(`docs/performance.md has no place for ${figure.name}: it wants ${start} and ${end}`);
  const table = `${start}\n\n${markdownTable(readings)}\n\nMeasured ${machine}.\n\n${end}`;
  writeFileSync(PAGE, page.slice(0, from) + table + page.slice(to + end.length));
}
