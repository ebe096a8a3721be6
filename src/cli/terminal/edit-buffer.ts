import { graphemes, widthOf } from "./text-width.ts";

/** A text being edited. `cursor` is an offset in UTF-16 units, always between two graphemes. Lines end in `\n`. */
export interface EditBuffer {
  readonly text: string;
  readonly cursor: number;
}

/** A movement: the offset where it ends. */
export type Motion = (buffer: EditBuffer) => number;

export const EMPTY: EditBuffer = { text: "", cursor: 0 };

const WORD = /[\p{L}\p{N}\p{M}_]/u;

export function bufferOf(text: string): EditBuffer {
  return { text, cursor: text.length };
}

export function move({ text, cursor }: EditBuffer, motion: Motion): EditBuffer {
  return { text, cursor: motion({ text, cursor }) };
}

/** Takes out what lies between the cursor and the end of a motion. */
export function remove(buffer: EditBuffer, motion: Motion): { buffer: EditBuffer; removed: string } {
  const { text, cursor } = buffer;
  const target = motion(buffer);
  const [start, end] = target < cursor ? [target, cursor] : [cursor, target];
  return { buffer: { text: text.slice(0, start) + text.slice(end), cursor: start }, removed: text.slice(start, end) };
}

/** Puts text in the place of what lies between `start` and the cursor. */
export function replace({ text, cursor }: EditBuffer, start: number, inserted: string): EditBuffer {
  return { text: text.slice(0, start) + inserted + text.slice(cursor), cursor: start + inserted.length };
}

export function insert(buffer: EditBuffer, text: string): EditBuffer {
  return replace(buffer, buffer.cursor, text);
}

export const lineStart: Motion = ({ text, cursor }) => (cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1);

export const lineEnd: Motion = ({ text, cursor }) => {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
};

export const textStart: Motion = () => 0;
export const textEnd: Motion = ({ text }) => text.length;

export const left: Motion = (buffer) => {
  const { text, cursor } = buffer;
  const start = lineStart(buffer);
  if (cursor === start) return Math.max(0, cursor - 1);
  return cursor - (graphemes(text.slice(start, cursor)).at(-1) ?? "").length;
};

export const right: Motion = (buffer) => {
  const { text, cursor } = buffer;
  const end = lineEnd(buffer);
  if (cursor === end) return Math.min(text.length, cursor + 1);
  return cursor + (graphemes(text.slice(cursor, end))[0] ?? "").length;
};

/** To the start of this word or the one before. */
export const wordLeft: Motion = ({ text, cursor }) => {
  const before = Array.from(text.slice(0, cursor));
  let count = before.length;
  while (count > 0 && !WORD.test(before[count - 1] as string)) count--;
  while (count > 0 && WORD.test(before[count - 1] as string)) count--;
  return before.slice(0, count).join("").length;
};

/** To the end of this word or the next one. */
export const wordRight: Motion = ({ text, cursor }) => {
  const after = Array.from(text.slice(cursor));
  let count = 0;
  while (count < after.length && !WORD.test(after[count] as string)) count++;
  while (count < after.length && WORD.test(after[count] as string)) count++;
  return cursor + after.slice(0, count).join("").length;
};

/** To the blank before this argument, as a shell's Ctrl-W. */
export const blankLeft: Motion = ({ text, cursor }) => {
  const word = /\S+\s*$/.exec(text.slice(0, cursor));
  return word ? word.index : 0;
};

/** The same column one line up; undefined on the first line. */
export function lineUp(buffer: EditBuffer): EditBuffer | undefined {
  const start = lineStart(buffer);
  if (start === 0) return undefined;
  return onLine(buffer, lineStart({ text: buffer.text, cursor: start - 1 }), start);
}

/** The same column one line down; undefined on the last line. */
export function lineDown(buffer: EditBuffer): EditBuffer | undefined {
  const end = lineEnd(buffer);
  if (end === buffer.text.length) return undefined;
  return onLine(buffer, end + 1, lineStart(buffer));
}

function onLine({ text, cursor }: EditBuffer, target: number, from: number): EditBuffer {
  const column = widthOf(text.slice(from, Math.max(from, cursor)).split("\n")[0] ?? "");
  return { text, cursor: target + offsetOfColumn(text.slice(target, lineEnd({ text, cursor: target })), column) };
}

function offsetOfColumn(line: string, column: number): number {
  let width = 0;
  let offset = 0;
  for (const grapheme of graphemes(line)) {
    width += widthOf(grapheme);
    if (width > column) break;
    offset += grapheme.length;
  }
  return offset;
}
