/** C0 and C1 control characters but tab and newline, DEL, and what turns the direction of text around. */
const CONTROLS = /(?![\t\n])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu;

/** Text of a script as it may go to a terminal beside our own: control characters, which could rewrite it, are shown as escapes. */
export function printable(text: string): string {
  return text.replaceAll(CONTROLS, (char) => (char === "\r" ? "" : escapeOf(char.charCodeAt(0).toString(16))));
}

function escapeOf(hex: string): string {
  return hex.length > 2 ? `\\u${hex.padStart(4, "0")}` : `\\x${hex.padStart(2, "0")}`;
}
