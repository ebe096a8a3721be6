import type { Menu } from "./line-editor.ts";
import { widthOf } from "./text-width.ts";

const MOST_ROWS = 8;
const GAP = 2;

/** A menu of completions in columns, down first, as a shell lists files. Scrolls with the selected one. */
export function menuLines({ completion, selected }: Menu, columns: number, paint: (text: string) => string): string[] {
  const labels = completion.items.map(({ label, text }) => label ?? text);
  const width = Math.min(columns - 1, Math.max(...labels.map(widthOf)) + GAP);
  const across = Math.max(1, Math.floor((columns - 1) / width));
  const down = Math.ceil(labels.length / across);
  const shownRows = Math.min(down, MOST_ROWS);
  const selectedRow = selected < 0 ? 0 : selected % down;
  const first = Math.min(Math.max(0, selectedRow - shownRows + 1), down - shownRows);
  const lines = Array.from({ length: shownRows }, (_, row) =>
    Array.from({ length: across }, (_column, column) => {
      const index = column * down + first + row;
      const label = labels[index];
      if (label === undefined) return "";
      const padding = " ".repeat(Math.max(0, width - widthOf(label)));
      return `${index === selected ? paint(label) : label}${padding}`;
    })
      .join("")
      .trimEnd(),
  );
  return down > shownRows ? [...lines, `… ${labels.length} in all`] : lines;
}
