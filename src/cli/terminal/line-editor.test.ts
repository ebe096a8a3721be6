import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineEditor } from "./line-editor.ts";

/** Presses keys: ids in angle brackets, all else is text. `|` marks the cursor in what comes back. */
function edit(keys: string, history: readonly string[] = [], editor = new LineEditor(history)): string {
  for (const [, id, text] of keys.matchAll(/<([^<>\s]+)>|(.)/gsu))
    editor.press(id === undefined ? { id: "", text: text as string } : { id });
  const { text, cursor } = editor.buffer;
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

describe("LineEditor", () => {
  it.each([
    ["ab<left>X", "aX|b"],
    ["abc<home>X<end>Y", "XabcY|"],
    ["abc<C-a><C-f>X<C-e>Y<C-b>Z", "aXbcZ|Y"],
    ["one two<M-b>X", "one X|two"],
    ["one two<C-a><M-f>X", "oneX| two"],
    ["foo.bar<C-left>X", "foo.X|bar"],
    ["abc<backspace><home><delete>", "|b"],
    ["ab<C-a><C-d>", "|b"],
    ["one two<C-w>", "one |"],
    ["one two<C-w><C-w>", "|"],
    ["one two<C-u>", "|"],
    ["one two<C-a><M-f><C-k>", "one|"],
    ["one two<C-w><C-w>X<C-y>", "Xone two|"],
    ["one two<C-a><M-d><C-e><C-y>", " twoone|"],
    ["ab<C-t>", "ba|"],
    ["abc d<C-_>", "abc|"],
    ["abc<C-w><C-_>", "abc|"],
  ])("%s gives %s", (keys, expected) => {
    expect(edit(keys)).toBe(expected);
  });

  it("moves and deletes by what is seen as one character", () => {
    expect(edit("a👩‍👩‍👧e\u0301日<left><left><left>|")).toBe("a||👩‍👩‍👧e\u0301日");
    expect(edit("a👩‍👩‍👧e\u0301<backspace><backspace>")).toBe("a|");
  });

  it("moves between the lines of an input, in the same column, before it goes to the history", () => {
    const history = ["older", "newer"];
    expect(edit("日本<M-return>abcdef<up>X", history)).toBe("日本X|\nabcdef");
    expect(edit("ab<M-return>c<up><up>", history)).toBe("newer|");
    expect(edit("ab<up><up>", history)).toBe("older|");
    expect(edit("ab<up><up><down><down>", history)).toBe("ab|");
    expect(edit("ab<up><up><up><up>", history)).toBe("older|");
  });

  it("starts another line as far in as this one", () => {
    const editor = new LineEditor([]);
    edit("    if x", [], editor);
    editor.newLine();
    expect(editor.buffer.text).toBe("    if x\n    ");
  });

  it("tells what a key asks for", () => {
    const editor = new LineEditor([]);
    expect(editor.press({ id: "C-d" })).toBe("end");
    expect(editor.press({ id: "", text: "x" })).toBe("edit");
    expect(editor.press({ id: "C-d" })).toBe("edit");
    expect(editor.press({ id: "return" })).toBe("submit");
    expect(editor.press({ id: "C-c" })).toBe("interrupt");
    expect(editor.press({ id: "tab" })).toBe("complete");
  });

  it("indents with Tab where nothing stands before the cursor", () => {
    expect(edit("<tab>x")).toBe("  x|");
    expect(edit("a<M-return><tab>")).toBe("a\n  |");
  });

  it("pastes lines without running them, and without their control characters", () => {
    const editor = new LineEditor([]);
    edit("[]<left>", [], editor);
    editor.paste("a\r\n\x1b[31mb\x03\x04\tc\x00\n");
    expect(editor.buffer).toEqual({ text: "[a\n[31mb\tc]", cursor: 10 });
  });

  it("inserts what is certain, then goes through a menu", () => {
    const editor = new LineEditor([]);
    const items = ["print", "printf", "pairs"].map((text) => ({ text }));
    edit("pr", [], editor);
    editor.completed({ start: 0, items: items.slice(0, 2) });
    expect(editor.buffer.text).toBe("print");
    expect(editor.menu?.selected).toBe(-1);
    expect(edit("<tab><tab>", [], editor)).toBe("printf|");
    expect(edit("<tab>", [], editor)).toBe("print|");
    expect(edit("<S-tab>", [], editor)).toBe("printf|");
    expect(editor.press({ id: "return" })).toBe("edit");
    expect(editor.menu).toBeUndefined();
    expect(editor.press({ id: "return" })).toBe("submit");
  });

  it("takes the only completion at once, and leaves the text as it was on Escape", () => {
    const editor = new LineEditor([]);
    edit("x.ch y<left><left>", [], editor);
    editor.completed({ start: 2, items: [{ text: "chat" }] });
    expect(editor.buffer).toEqual({ text: "x.chat y", cursor: 6 });
    editor.completed({ start: 2, items: [{ text: "chat" }, { text: "chart" }] });
    expect(edit("<tab><tab><escape>", [], editor)).toBe("x.chat| y");
    expect(editor.menu).toBeUndefined();
  });

  it("searches the history backwards", () => {
    const history = ["print(1)", "return 2", "print(3)"];
    expect(edit("<C-r>pri", history)).toBe("|print(3)");
    expect(edit("<C-r>pri<C-r>", history)).toBe("|print(1)");
    expect(edit("<C-r>RET<end>!", history)).toBe("return 2!|");
    expect(edit("typed<C-r>pri<escape>", history)).toBe("typed|");
    const editor = new LineEditor(history);
    expect(edit("typed<C-r>zzz", [], editor)).toBe("typed|");
    expect(editor.search?.failed).toBe(true);
    expect(edit("<C-r>pri<up>", history)).toBe("return 2|");
  });

  it("holds a cursor that lies in its text, whatever is pressed", () => {
    const ids =
      "left right up down home end backspace delete C-w C-u C-k C-y C-t C-_ M-b M-f M-d M-return C-r escape tab";
    const key = fc.oneof(
      fc.constantFrom(...ids.split(" ")).map((id) => ({ id })),
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 3 }).map((text) => ({ id: "", text })),
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
        const editor = new LineEditor(["one", "two\nthree"]);
        for (const pressed of keys) {
          editor.press(pressed);
          const { text, cursor } = editor.buffer;
          expect(cursor).toBeGreaterThanOrEqual(0);
          expect(cursor).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
