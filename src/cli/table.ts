import { colors } from "./colors.ts";
import { printable } from "./printable.ts";

const ASCII = /^[\x20-\x7e]*$/;

/** Columns aligned by spaces, with a dimmed head; control characters in cells are shown as text. Ends with a newline. */
export async function formatTable(head: readonly string[], given: readonly (readonly string[])[]): Promise<string> {
  const rows = given.map((cells) => cells.map(printable));
  // What measures other texts takes as long to load as all else.
  const isPlain = rows.every((cells) => cells.every((cell) => ASCII.test(cell)));
  const widthOf = isPlain ? (text: string) => text.length : (await import("./terminal/text-width.ts")).widthOf;
  const widths = head.map((title, column) =>
    Math.max(...[title, ...rows.map((row) => row[column] ?? "")].map((cell) => widthOf(cell))),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
      .join("  ")
      .trimEnd();
  const { dim } = colors(process.stdout);
  return `${[dim(line(head)), ...rows.map(line)].join("\n")}\n`;
}
