import {
  EMPTY,
  type EditBuffer,
  type Motion,
  blankLeft,
  bufferOf,
  insert,
  left,
  lineDown,
  lineEnd,
  lineStart,
  lineUp,
  move,
  remove,
  replace,
  right,
  textEnd,
  textStart,
  wordLeft,
  wordRight,
} from "./edit-buffer.ts";
import type { Key } from "./key.ts";
import type { Completion } from "./line-reader.ts";

/** What a key asks of the reader; `edit` is done already. */
export type EditorAction = "edit" | "submit" | "interrupt" | "end" | "complete" | "clear" | "suspend";

/** A list of completions that is shown; `selected` is -1 until one was chosen. */
export interface Menu {
  completion: Completion;
  selected: number;
  /** What stood there before one was chosen. */
  before: EditBuffer;
}

/** A search backwards through the history. */
export interface Search {
  query: string;
  /** The entry that is shown; `entries.length` where none was found yet. */
  index: number;
  failed: boolean;
  before: EditBuffer;
}

const MOST_UNDO = 500;
/** Control characters but tab and newline: a paste may hold any. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/** Keys to the motions they make; `C-` is control, `M-` alt. */
const MOTIONS: Readonly<Record<string, Motion>> = {
  left,
  right,
  "C-b": left,
  "C-f": right,
  "C-left": wordLeft,
  "C-right": wordRight,
  "M-left": wordLeft,
  "M-right": wordRight,
  "M-b": wordLeft,
  "M-f": wordRight,
  home: lineStart,
  end: lineEnd,
  "C-a": lineStart,
  "C-e": lineEnd,
  "C-home": textStart,
  "C-end": textEnd,
  "M-<": textStart,
  "M->": textEnd,
};

/** Keys that delete one character. */
const DELETIONS: Readonly<Record<string, Motion>> = { backspace: left, "C-h": left, delete: right };

/** Keys that delete more, which Ctrl-Y brings back. */
const KILLS: Readonly<Record<string, Motion>> = {
  "C-k": (buffer) => (lineEnd(buffer) === buffer.cursor ? right(buffer) : lineEnd(buffer)),
  "C-u": (buffer) => (lineStart(buffer) === buffer.cursor ? left(buffer) : lineStart(buffer)),
  "C-w": blankLeft,
  "M-backspace": wordLeft,
  "C-backspace": wordLeft,
  "M-d": wordRight,
  "C-delete": wordRight,
  "M-delete": wordRight,
};

/** One input while it is typed: a state machine from key to key, which draws nothing and waits for nothing. */
export class LineEditor {
  buffer: EditBuffer = EMPTY;
  menu: Menu | undefined;
  search: Search | undefined;
  /** One line shown below, until the next key. */
  hint: string | undefined;
  readonly #history: readonly string[];
  /** Which entry is edited; the history's length for the new input, which waits in `#draft` meanwhile. */
  #at: number;
  #draft: EditBuffer = EMPTY;
  #killed: string;
  #lastKill = false;
  readonly #undo: EditBuffer[] = [];
  #typing = false;

  /** `killed` is what Ctrl-Y brings back at first. */
  constructor(history: readonly string[], killed = "") {
    this.#history = history;
    this.#at = history.length;
    this.#killed = killed;
  }

  get killed(): string {
    return this.#killed;
  }

  press(key: Key): EditorAction {
    this.hint = undefined;
    if (this.search) return this.#searchKey(this.search, key);
    if (this.menu) {
      const taken = this.#menuKey(this.menu, key);
      if (taken) return taken;
    }
    const kills = this.#lastKill;
    this.#lastKill = false;
    const typing = this.#typing;
    this.#typing = false;
    const { id } = key;
    const motion = MOTIONS[id];
    if (motion) return this.#to(move(this.buffer, motion));
    const deletion = DELETIONS[id];
    if (deletion) return this.#change(remove(this.buffer, deletion).buffer);
    const kill = KILLS[id];
    if (kill) return this.#kill(kill, kills);
    if (key.text !== undefined) return this.#type(key.text, typing);
    return this.#command(id);
  }

  /** Inserts what was pasted. It never runs by itself, and its control characters are left out. */
  paste(text: string): void {
    this.menu = undefined;
    this.hint = undefined;
    if (this.search) this.#endSearch();
    const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").replace(CONTROLS, "");
    this.#typing = false;
    this.#change(insert(this.buffer, clean));
  }

  /** Starts another line, as far in as this one. */
  newLine(): void {
    const { text, cursor } = this.buffer;
    const [indent = ""] = /^[ \t]*/.exec(text.slice(lineStart(this.buffer), cursor)) ?? [];
    this.#change(insert(this.buffer, `\n${indent}`));
  }

  /** Takes what may stand at the cursor: inserts what is certain, shows a menu of the rest. */
  completed(completion: Completion): void {
    const { items, start, hint } = completion;
    this.hint = hint;
    const typed = this.buffer.text.slice(start, this.buffer.cursor);
    const [only] = items;
    if (only === undefined) return;
    const common = items.length === 1 ? only.text : items.map(({ text }) => text).reduce(commonPrefix);
    if (items.length === 1 || (common.length > typed.length && common.toLowerCase().startsWith(typed.toLowerCase())))
      this.#change(replace(this.buffer, start, common));
    if (items.length > 1) this.menu = { completion, selected: -1, before: this.buffer };
  }

  #to(buffer: EditBuffer): "edit" {
    this.buffer = buffer;
    return "edit";
  }

  /** A change that can be undone. */
  #change(buffer: EditBuffer): "edit" {
    if (buffer.text !== this.buffer.text) {
      this.#undo.push(this.buffer);
      if (this.#undo.length > MOST_UNDO) this.#undo.shift();
    }
    return this.#to(buffer);
  }

  /** Letters typed in a row are undone together, word by word. */
  #type(text: string, goesOn: boolean): "edit" {
    const after = insert(this.buffer, text);
    if (goesOn && !/\s/.test(text)) this.#to(after);
    else this.#change(after);
    this.#typing = true;
    return "edit";
  }

  #kill(motion: Motion, goesOn: boolean): "edit" {
    const { buffer, removed } = remove(this.buffer, motion);
    const backward = buffer.cursor < this.buffer.cursor;
    if (!goesOn) this.#killed = removed;
    else this.#killed = backward ? removed + this.#killed : this.#killed + removed;
    this.#lastKill = true;
    return this.#change(buffer);
  }

  #command(id: string): EditorAction {
    switch (id) {
      case "return":
        return "submit";
      case "M-return":
      case "C-return":
      case "S-return":
        this.newLine();
        return "edit";
      case "C-c":
        return "interrupt";
      case "C-d":
        return this.buffer.text === "" ? "end" : this.#change(remove(this.buffer, right).buffer);
      case "C-l":
        return "clear";
      case "C-z":
        return "suspend";
      case "C-y":
        return this.#change(insert(this.buffer, this.#killed));
      case "C-_":
        this.buffer = this.#undo.pop() ?? this.buffer;
        return "edit";
      case "up":
        return this.#to(lineUp(this.buffer) ?? this.#older());
      case "down":
        return this.#to(lineDown(this.buffer) ?? this.#newer());
      case "C-p":
      case "pageup":
        return this.#to(this.#older());
      case "C-n":
      case "pagedown":
        return this.#to(this.#newer());
      case "C-t":
        return this.#change(transposed(this.buffer));
      case "C-r":
        this.search = { query: "", index: this.#history.length, failed: false, before: this.buffer };
        return "edit";
      case "tab":
        return this.#tab();
      default:
        return "edit";
    }
  }

  #tab(): EditorAction {
    const { text, cursor } = this.buffer;
    if (text.slice(lineStart(this.buffer), cursor).trim() === "") return this.#change(insert(this.buffer, "  "));
    return "complete";
  }

  #older(): EditBuffer {
    return this.#entry(this.#at - 1);
  }

  #newer(): EditBuffer {
    return this.#entry(this.#at + 1);
  }

  #entry(index: number): EditBuffer {
    const { length } = this.#history;
    if (index < 0 || index > length) return this.buffer;
    if (this.#at === length) this.#draft = this.buffer;
    this.#at = index;
    return index === length ? this.#draft : bufferOf(this.#history[index] as string);
  }

  #menuKey(menu: Menu, { id }: Key): EditorAction | undefined {
    const { items, start } = menu.completion;
    if (id === "tab" || id === "S-tab" || id === "down" || id === "up") {
      const back = id === "S-tab" || id === "up";
      const count = items.length;
      menu.selected = menu.selected < 0 ? (back ? count - 1 : 0) : (menu.selected + (back ? count - 1 : 1)) % count;
      this.#change(replace(menu.before, start, items[menu.selected]?.text ?? ""));
      return "edit";
    }
    this.menu = undefined;
    if (id === "return" && menu.selected >= 0) return "edit";
    if (id !== "escape" && id !== "C-g") return undefined;
    this.buffer = menu.before;
    return "edit";
  }

  #searchKey(search: Search, key: Key): EditorAction {
    const { id, text } = key;
    if (text !== undefined) return this.#find(search, search.query + text, search.index);
    switch (id) {
      case "C-r":
        return this.#find(search, search.query, search.index - 1);
      case "backspace":
      case "C-h":
        return this.#find(search, [...search.query].slice(0, -1).join(""), this.#history.length);
      case "escape":
      case "C-g":
      case "C-c":
        this.search = undefined;
        return this.#to(search.before);
      default:
        this.#endSearch();
        return this.press(key);
    }
  }

  /** The newest entry that holds the query, from `from` backwards. */
  #find(search: Search, query: string, from: number): "edit" {
    search.query = query;
    search.failed = false;
    if (query === "") return this.#to(search.before);
    const wanted = query.toLowerCase();
    const index = this.#history
      .slice(0, Math.max(0, from + 1))
      .findLastIndex((entry) => entry.toLowerCase().includes(wanted));
    search.failed = index < 0;
    if (index < 0) return "edit";
    search.index = index;
    const text = this.#history[index] as string;
    return this.#to({ text, cursor: text.toLowerCase().indexOf(wanted) });
  }

  #endSearch(): void {
    const { index, before } = this.search as Search;
    if (index < this.#history.length) {
      if (this.#at === this.#history.length) this.#draft = before;
      this.#at = index;
    }
    this.search = undefined;
  }
}

function commonPrefix(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}

/** The two characters around the cursor in the other order, as Ctrl-T does. */
function transposed(buffer: EditBuffer): EditBuffer {
  const second = buffer.cursor === lineEnd(buffer) ? move(buffer, left) : buffer;
  const first = move(second, left);
  const end = right(second);
  if (lineStart(second) === second.cursor || end === second.cursor) return buffer;
  const { text } = buffer;
  const swapped = text.slice(second.cursor, end) + text.slice(first.cursor, second.cursor);
  return { text: text.slice(0, first.cursor) + swapped + text.slice(end), cursor: end };
}
