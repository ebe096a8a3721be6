import { styleText } from "node:util";

type Paint = (text: string) => string;
type Style = Parameters<typeof styleText>[0];

/** Colours for a stream: none where it is no terminal, or where NO_COLOR says so. */
export function colors(
  stream: NodeJS.WriteStream,
): Record<"bold" | "dim" | "red" | "yellow" | "green" | "cyan", Paint> {
  const paint =
    (style: Style): Paint =>
    (text) =>
      styleText(style, text, { stream });
  return {
    bold: paint("bold"),
    dim: paint("dim"),
    red: paint("red"),
    yellow: paint("yellow"),
    green: paint("green"),
    cyan: paint("cyan"),
  };
}
