import { type DocumentText, documentError } from "../documents/located-document.ts";

/** Characters in which a header has to end. */
const MAX_HEADER = 256 * 1024;
const FENCE = "---";
const FIRST_KEY = /^\s*["']?[\w$-]+["']?\s*:/;

/**
 * The header of a script: YAML between two lines `---`, inside the comment that the script begins with (a shebang may
 * stand before it). All else of the text is blanked, so that lines and columns stay what they are in the file.
 * Undefined for a script without one; throws the document's error where a header does not end.
 */
export function findHeader(script: string, file: string): DocumentText | undefined {
  // Most scripts have none: this test is all that they pay.
  if (!/^\uFEFF?(?:#![^\n]*)?\s*(?:--|\/\/|\/\*)/.test(script)) return undefined;
  const lines = script.slice(0, MAX_HEADER).split(/\r?\n/);
  const comment = leadingComment(lines);
  const start = comment.findIndex(
    ({ text }, index) => text.trim() === FENCE && FIRST_KEY.test(nextText(comment, index + 1)),
  );
  const first = comment[start];
  if (!first) return undefined;
  const document: DocumentText = { file, code: "manifest.invalid", text: script };
  const length = comment.slice(start + 1).findIndex(({ text }) => text.trim() === FENCE);
  if (length < 0)
    throw documentError(document, `the header does not end: a line ${FENCE} is missing`, {
      line: first.line,
      column: 1,
    });
  const inside = new Map(comment.slice(start + 1, start + 1 + length).map(({ line, text }) => [line, text]));
  const last = first.line + length;
  return { ...document, text: Array.from({ length: last }, (_, index) => inside.get(index + 1) ?? "").join("\n") };
}

interface CommentLine {
  /** From 1. */
  line: number;
  /** What the comment says, its marks replaced by blanks. */
  text: string;
}

/** The lines of comments before the first line of code. */
function leadingComment(lines: readonly string[]): CommentLine[] {
  const comment: CommentLine[] = [];
  /** What ends the block comment that is open. */
  let end: string | undefined;
  let starred = false;
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    let text = index === 0 ? raw.replace(/^\uFEFF/, " ") : raw;
    if (index === 0 && raw.replace(/^\uFEFF/, "").startsWith("#!")) continue;
    if (end === undefined) {
      if (text.trim() === "") continue;
      const [mark, open] = /^\s*(?:--\[(=*)\[|\/\*\*?|--|\/\/)/.exec(text)?.values() ?? [];
      if (mark === undefined) break;
      const isBlock = mark.includes("/*") || open !== undefined;
      if (isBlock) {
        end = open === undefined ? "*/" : `]${open}]`;
        starred = open === undefined;
      }
      text = " ".repeat(mark.length) + text.slice(mark.length);
      if (!isBlock) {
        comment.push({ line, text });
        continue;
      }
    }
    const at = text.indexOf(end as string);
    let said = at < 0 ? text : text.slice(0, at);
    if (starred) said = said.replace(/^(\s*)\*(?= |$)/, "$1 ");
    comment.push({ line, text: said });
    if (at < 0) continue;
    const rest = text.slice(at + (end as string).length);
    end = undefined;
    if (rest.trim() !== "") break;
  }
  return comment;
}

function nextText(comment: readonly CommentLine[], from: number): string {
  return comment.slice(from).find(({ text }) => text.trim() !== "")?.text ?? "";
}
