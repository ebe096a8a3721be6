import { colors } from "./colors.ts";

/** Columns aligned by spaces, with a dimmed head. Ends with a newline. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  const { dim } = colors(process.stdout);
  return `${[dim(line(head)), ...rows.map(line)].join("\n")}\n`;
}
