import type { WriteStream } from "node:tty";
import type { StyledSpan, TextStyle } from "./line-reader.ts";

/** SGR sequences that begin a style. */
export type Theme = Readonly<Record<TextStyle, string>>;

export const RESET = "\x1b[0m";

const COLOURS: Theme = {
  keyword: "\x1b[35m",
  string: "\x1b[32m",
  number: "\x1b[33m",
  comment: "\x1b[2m",
  name: "\x1b[36m",
  error: "\x1b[31m",
};

/** None where a stream is no terminal, shows no colours, or NO_COLOR says so. */
export function themeOf(stream: Pick<WriteStream, "isTTY" | "hasColors">): Theme | undefined {
  return stream.isTTY && stream.hasColors() ? COLOURS : undefined;
}

/** A text in its styles. */
export function styled(text: string, spans: readonly StyledSpan[], theme: Theme | undefined): string {
  if (!theme) return text;
  let shown = "";
  let at = 0;
  for (const { start, end, style } of spans) {
    shown += `${text.slice(at, start)}${theme[style]}${text.slice(start, end)}${RESET}`;
    at = end;
  }
  return shown + text.slice(at);
}
