import type { Key as NodeKey } from "node:readline";

/** A key as the editor sees it. */
export interface Key {
  /** Its name with modifiers in front: `left`, `C-a`, `M-b`, `S-tab`, `return`. Empty for text alone. */
  id: string;
  /** What it inserts; undefined for keys that are no text. */
  text?: string;
}

const PRINTABLE = /^\P{Cc}+$/u;

/** A key press as Node tells it. */
export function keyOf(text: string | undefined, { name, ctrl, meta, shift, sequence }: NodeKey): Key {
  if (!ctrl && !meta && text !== undefined && PRINTABLE.test(text)) return { id: "", text };
  if (sequence === "\x1f") return { id: "C-_" };
  const plain = name === "enter" ? "return" : (name ?? (meta ? (sequence ?? "").slice(1) : ""));
  // A letter's shift shows in its text; with alt, Node tells it apart.
  const shifted = shift && plain.length > 1 ? "S-" : "";
  return { id: `${ctrl ? "C-" : ""}${meta && plain !== "escape" ? "M-" : ""}${shifted}${plain}` };
}
