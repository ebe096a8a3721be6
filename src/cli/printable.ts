/** C0 and C1 control characters but tab and newline, and DEL. */
const CONTROLS = /(?![\t\n])\p{Cc}/gu;

/** Text of a script as it may go to a terminal beside our own: control characters, which could rewrite it, are shown as escapes. */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, (char) =>
    char === "\r" ? "" : `\\x${char.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}
