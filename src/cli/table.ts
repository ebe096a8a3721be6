import stringWidth from "string-width";
import { colors } from "./colors.ts";
import { printable } from "./printable.ts";

/** Columns aligned by spaces, with a dimmed head; control characters in cells are shown as text. Ends with a newline. */
export function formatTable(head: readonly string[], given: readonly (readonly string[])[]): string {
  const rows = given.map((cells) => cells.map(printable));
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
