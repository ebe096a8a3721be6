import { appendFileSync } from "node:fs";
import type { LogEvent } from "../bridge/call-context.ts";
import { LlmspellError } from "../errors.ts";
import { colors } from "./colors.ts";
import { LOG_LEVELS } from "./log-levels.ts";
import { printable } from "./printable.ts";
import { jsonLine } from "./result.ts";

/** What a user says about logs: a level, or how much there should be of everything. */
export interface LogFlags {
  logLevel?: string;
  quiet?: boolean;
  verbose?: boolean;
  /** `stdout` or a file that is appended to. Default: stderr. */
  logOutput?: string;
  /** One JSON object a line. */
  logJson?: boolean;
}

/** Whether a log of this level is wanted: `--log-level`, else errors alone with `--quiet`, all with `--verbose`. */
export function isShown(level: LogEvent["level"], { logLevel, quiet, verbose }: LogFlags): boolean {
  const least = logLevel ?? (quiet ? "error" : verbose ? "debug" : "info");
  return LOG_LEVELS.indexOf(level) >= LOG_LEVELS.findIndex((name) => name === least);
}

/**
 * Prints the wanted logs, one a line. `toStderr` writes those that go there. Throws `config.invalid` for a file that cannot
 * be written.
 */
export function createLogPrinter(
  flags: LogFlags,
  toStderr: (text: string) => void = (text) => void process.stderr.write(text),
): (event: LogEvent) => void {
  const { logOutput = "stderr", logJson = false } = flags;
  const write = logOutput === "stderr" ? toStderr : writerOf(logOutput);
  if (logJson) return (event) => void (isShown(event.level, flags) && write(jsonLine({ at: new Date(), ...event })));
  const { dim, cyan, yellow, red } = colors(logOutput === "stdout" ? process.stdout : process.stderr);
  const plain = (text: string) => text;
  const isFile = logOutput !== "stderr" && logOutput !== "stdout";
  const paint = isFile
    ? { debug: plain, info: plain, warn: plain, error: plain }
    : { debug: dim, info: cyan, warn: yellow, error: red };
  return (event) => {
    if (!isShown(event.level, flags)) return;
    const fields = event.fields
      ? ` ${(isFile ? plain : dim)(JSON.stringify(event.fields, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)))}`
      : "";
    write(`${paint[event.level](event.level)}: ${printable(event.message)}${fields}\n`);
  };
}

function writerOf(output: string): (text: string) => void {
  if (output === "stdout") return (text) => void process.stdout.write(text);
  const append = (text: string) => {
    try {
      appendFileSync(output, text);
    } catch (cause) {
      throw new LlmspellError("config.invalid", `logs cannot be written to ${output}: ${(cause as Error).message}`, {
        cause,
        hint: "Check logging.output in the configuration.",
      });
    }
  };
  append("");
  return append;
}
