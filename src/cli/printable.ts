/** C0 and C1 control characters but tab and newline, and DEL. */
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f]/g;

/** Text of a script as it may go to a terminal beside our own: control characters, which could rewrite it, are shown as escapes. */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, (char) => (char === "\r" ? "" : `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`));
}
