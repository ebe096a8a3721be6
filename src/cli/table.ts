import stringWidth from "string-width";
import { colors } from "./colors.ts";

/** Columns aligned by spaces, with a dimmed head. Ends with a newline. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map((cell) => stringWidth(cell))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join("  ")
      .trimEnd();
  const { dim } = colors(process.stdout);
  return `${[dim(line(head)), ...rows.map(line)].join("\n")}\n`;
}
