import type { LogEvent } from "../bridge/call-context.ts";
import { colors } from "./colors.ts";
import { LOG_LEVELS } from "./log-levels.ts";
import { printable } from "./printable.ts";

/** What a user says about logs: a level, or how much there should be of everything. */
export interface LogFlags {
  logLevel?: string;
  quiet?: boolean;
  verbose?: boolean;
}

/** Whether a log of this level is wanted: `--log-level`, else errors alone with `--quiet`, all with `--verbose`. */
export function isShown(level: LogEvent["level"], { logLevel, quiet, verbose }: LogFlags): boolean {
  const least = logLevel ?? (quiet ? "error" : verbose ? "debug" : "info");
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.findIndex((name) => name === least);
}

/** Prints the wanted logs to stderr, one a line. */
export function createLogPrinter(flags: LogFlags): (event: LogEvent) => void {
  const { dim, cyan, yellow, red } = colors(process.stderr);
  const paint = { debug: dim, info: cyan, warn: yellow, error: red };
  return (event) => {
    if (!isShown(event.level, flags)) return;
    const fields = event.fields
      ? ` ${dim(JSON.stringify(event.fields, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)))}`
      : "";
    process.stderr.write(`${paint[event.level](event.level)}: ${printable(event.message)}${fields}\n`);
  };
}
