import type { LogEvent } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";
import { colors } from "./colors.ts";
import { printable } from "./printable.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

/** Prints logs of at least `level` to stderr, one a line. Throws `usage.invalid` for an unknown level. */
export function createLogPrinter(level: string): (event: LogEvent) => void {
  const least = LEVELS.findIndex((name) => name === level);
  if (least < 0)
    throw new LlmspellError("usage.invalid", `--log-level wants one of ${LEVELS.join(", ")}, got "${level}"`);
  const { dim, cyan, yellow, red } = colors(process.stderr);
  const paint = { debug: dim, info: cyan, warn: yellow, error: red };
  return (event) => {
    if (LEVELS.indexOf(event.level) < least) return;
    const fields = event.fields
      ? ` ${dim(JSON.stringify(event.fields, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)))}`
      : "";
    process.stderr.write(`${paint[event.level](event.level)}: ${printable(event.message)}${fields}\n`);
  };
}
