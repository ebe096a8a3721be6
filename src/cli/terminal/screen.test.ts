import { describe, expect, it } from "vitest";
import { type View, layOut, rewrapped } from "./screen.ts";
import type { Theme } from "./theme.ts";

const VIEW: View = { prompt: "> ", continuation: ". ", text: "", cursor: 0, spans: [], below: [] };
const SIZE = { columns: 10, rows: 8 };
const lay = (view: Partial<View>, size = SIZE, theme?: Theme) => layOut({ ...VIEW, ...view }, size, theme);

describe("layOut", () => {
  it("breaks what is wider than the terminal, and begins further lines with the continuation", () => {
    const { rows, cursorRow, cursorColumn } = lay({ text: "abcdefghij\nk", cursor: 11 });
    expect(rows).toEqual(["> abcdefgh", "ij", ". k"]);
    expect([cursorRow, cursorColumn]).toEqual([2, 2]);
  });

  it("keeps wide characters whole and counts two columns for them", () => {
    const { rows, widths, cursorRow, cursorColumn } = lay({ text: "abcdefg日本", cursor: 9 });
    expect(rows).toEqual(["> abcdefg", "日本"]);
    expect(widths).toEqual([9, 4]);
    expect([cursorRow, cursorColumn]).toEqual([1, 4]);
  });

  it("puts the cursor behind a full row on the next one", () => {
    const { rows, cursorRow, cursorColumn } = lay({ text: "abcdefgh", cursor: 8 });
    expect(rows).toEqual(["> abcdefgh", ""]);
    expect([cursorRow, cursorColumn]).toEqual([1, 0]);
  });

  it("shows tabs as blanks and no control character", () => {
    expect(lay({ text: "a\tb\x1bc", cursor: 0 }, { columns: 20, rows: 5 }).rows).toEqual(["> a    b\ufffdc"]);
  });

  it("shows the rows around the cursor of more than fit", () => {
    const text = Array.from({ length: 20 }, (_, index) => String(index)).join("\n");
    const { rows, cursorRow } = lay({ text, cursor: text.indexOf("10") }, { columns: 10, rows: 4 });
    expect(rows).toEqual([". 8", ". 9", ". 10", ". 11"]);
    expect(cursorRow).toBe(2);
  });

  it("cuts the lines below to the width, and leaves room for the input", () => {
    const below = ["0123456789abc", ...Array.from({ length: 10 }, (_, index) => String(index))];
    const { rows } = lay({ text: "x", cursor: 1, below });
    expect(rows.slice(0, 2)).toEqual(["> x", "01234567…"]);
    expect(rows).toHaveLength(8);
  });

  it("styles spans, over line breaks too", () => {
    const theme = { string: "<s>" } as unknown as Theme;
    const { rows } = lay({ text: 'a"b\nc"d', cursor: 0, spans: [{ start: 1, end: 6, style: "string" }] }, SIZE, theme);
    expect(rows).toEqual(['> a<s>"b\x1b[0m', '<s>. <s>c"\x1b[0md']);
  });

  it("leaves out a prompt that leaves no room", () => {
    expect(lay({ text: "ab", cursor: 2 }, { columns: 3, rows: 5 }).rows).toEqual(["ab"]);
  });
});

describe("rewrapped", () => {
  it("finds the cursor in a terminal that became narrower", () => {
    const frame = lay({ text: "abcdefgh\nij", cursor: 11 });
    expect(rewrapped(frame, 5)).toMatchObject({ cursorRow: 2, cursorColumn: 4 });
  });
});
