import type { StyledSpan } from "./line-reader.ts";
import { graphemes, widthOf } from "./text-width.ts";
import { RESET, type Theme } from "./theme.ts";

/** What is to be seen of an input. Prompts and `below` may hold SGR sequences. */
export interface View {
  prompt: string;
  continuation: string;
  text: string;
  /** Offset in the text. */
  cursor: number;
  spans: readonly StyledSpan[];
  /** Lines under the input, each cut to the width. */
  below: readonly string[];
}

/** Rows of a terminal, and where the cursor stands in them. */
export interface Frame {
  rows: readonly string[];
  /** Columns that each row takes. */
  widths: readonly number[];
  cursorRow: number;
  cursorColumn: number;
}

export interface Size {
  columns: number;
  rows: number;
}

const TAB = "    ";

/** Lays an input out in rows that fit a terminal. Of more rows than it has, those around the cursor. */
export function layOut(view: View, { columns, rows: height }: Size, theme: Theme | undefined): Frame {
  const writer = new RowWriter(Math.max(columns, 2), theme);
  const { text, cursor, spans } = view;
  writer.prompt(view.prompt);
  let offset = 0;
  let next = 0;
  for (const grapheme of graphemes(text)) {
    while (next < spans.length && (spans[next] as StyledSpan).end <= offset) next++;
    const span = spans[next];
    writer.style(span && span.start <= offset ? span.style : undefined);
    if (grapheme === "\n") {
      if (offset === cursor) writer.mark();
      writer.newRow();
      writer.prompt(view.continuation);
    } else {
      writer.put(shown(grapheme), offset === cursor);
    }
    offset += grapheme.length;
  }
  writer.style(undefined);
  if (offset === cursor) writer.mark();
  return viewport(writer.frame(), view.below, columns, Math.max(height, 1));
}

/** Control characters (a tab, or what a highlighter never sees) as something of known width. */
function shown(grapheme: string): string {
  if (grapheme === "\t") return TAB;
  return /^\p{Cc}/u.test(grapheme) ? "\ufffd" : grapheme;
}

class RowWriter {
  readonly #columns: number;
  readonly #theme: Theme | undefined;
  readonly #rows: string[] = [];
  readonly #widths: number[] = [];
  #row = "";
  #column = 0;
  #style = "";
  #cursor = { row: 0, column: 0 };

  constructor(columns: number, theme: Theme | undefined) {
    this.#columns = columns;
    this.#theme = theme;
  }

  /** Left out where it would leave no room. */
  prompt(text: string): void {
    const width = widthOf(text);
    if (width > this.#columns - 2) return;
    this.#row += text + this.#style;
    this.#column += width;
  }

  style(style: StyledSpan["style"] | undefined): void {
    const wanted = (style && this.#theme?.[style]) ?? "";
    if (wanted === this.#style) return;
    if (this.#style !== "") this.#row += RESET;
    this.#row += wanted;
    this.#style = wanted;
  }

  put(text: string, isCursor: boolean): void {
    const width = widthOf(text);
    if (this.#column + width > this.#columns) this.newRow();
    if (isCursor) this.mark();
    this.#row += text;
    this.#column += width;
  }

  mark(): void {
    // Behind a full row the terminal's cursor has no column of its own.
    if (this.#column >= this.#columns) this.newRow();
    this.#cursor = { row: this.#rows.length, column: this.#column };
  }

  newRow(): void {
    this.#rows.push(this.#style === "" ? this.#row : this.#row + RESET);
    this.#widths.push(this.#column);
    this.#row = this.#style;
    this.#column = 0;
  }

  frame(): Frame {
    return {
      rows: [...this.#rows, this.#row],
      widths: [...this.#widths, this.#column],
      cursorRow: this.#cursor.row,
      cursorColumn: this.#cursor.column,
    };
  }
}

function viewport(frame: Frame, below: readonly string[], columns: number, height: number): Frame {
  const room = Math.max(0, Math.min(below.length, height - Math.min(frame.rows.length, Math.ceil(height / 2))));
  const under = below.slice(0, room).map((line) => fit(line, columns - 1));
  const most = Math.max(1, height - under.length);
  const first = frame.rows.length <= most ? 0 : clamp(frame.cursorRow - (most >> 1), 0, frame.rows.length - most);
  return {
    rows: [...frame.rows.slice(first, first + most), ...under],
    widths: [...frame.widths.slice(first, first + most), ...under.map(widthOf)],
    cursorRow: frame.cursorRow - first,
    cursorColumn: frame.cursorColumn,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

// eslint-disable-next-line no-control-regex
const SGR_OR_TEXT = /\x1b\[[\d;]*m|[^\x1b]+/g;

/** A line with SGR sequences, cut to a width. */
function fit(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  let left = Math.max(0, columns - 1);
  let cut = false;
  return (line.match(SGR_OR_TEXT) ?? [])
    .map((part) => {
      if (part.startsWith("\x1b")) return part;
      let kept = "";
      for (const grapheme of cut ? [] : graphemes(part)) {
        left -= widthOf(grapheme);
        cut = left < 0;
        if (cut) return `${kept}…`;
        kept += grapheme;
      }
      return kept;
    })
    .join("");
}

/** What draws a frame, from the first row of the one before on. */
export function drawing(frame: Frame, before: Frame | undefined): string {
  const { rows, cursorRow, cursorColumn } = frame;
  const up = rows.length - 1 - cursorRow;
  return [
    "\x1b[?25l",
    toTop(before),
    "\x1b[J",
    rows.join("\r\n"),
    up > 0 ? `\x1b[${up}A` : "",
    "\r",
    cursorColumn > 0 ? `\x1b[${cursorColumn}C` : "",
    "\x1b[?25h",
  ].join("");
}

/** Moves to the start of a frame's first row. */
export function toTop(frame: Frame | undefined): string {
  return `${frame && frame.cursorRow > 0 ? `\x1b[${frame.cursorRow}A` : ""}\r`;
}

/** Moves to the line after a frame. */
export function toEnd({ rows, cursorRow }: Frame): string {
  const down = rows.length - 1 - cursorRow;
  return `${down > 0 ? `\x1b[${down}B` : ""}\r\n`;
}

/** A frame as it stands in a terminal that has rewrapped it to another width. */
export function rewrapped({ rows, widths, cursorRow, cursorColumn }: Frame, columns: number): Frame {
  const takes = (width: number): number => Math.max(1, Math.ceil(width / columns));
  const above = widths.slice(0, cursorRow).reduce((sum, width) => sum + takes(width), 0);
  return {
    rows,
    widths,
    cursorRow: above + Math.floor(cursorColumn / columns),
    cursorColumn: cursorColumn % columns,
  };
}
