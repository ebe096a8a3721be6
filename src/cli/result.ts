import type { RunResult } from "../runtime/runtime-options.ts";
import { type ScriptValue, TextValue } from "../values/script-value.ts";

/** A spell's result as it is printed: nothing for nil, text as it is, everything else as JSON. Ends with a newline. */
export function formatResult(value: ScriptValue): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string" || value instanceof TextValue) return ensureNewline(String(value));
  return jsonText(value);
}

/** The one object that `--json` prints. */
export function resultAsJson(result: RunResult): unknown {
  const { runId, output, stats, telemetry } = result;
  return { runId, ok: result.ok, ...outcomeAsJson(result), output, stats, ...(telemetry ? { telemetry } : {}) };
}

/** `{result}` or `{error}`. */
export function outcomeAsJson(result: RunResult): { result: ScriptValue } | { error: unknown } {
  return result.ok ? { result: result.value ?? null } : { error: result.error.toData() };
}

/** A command's answer with `--json`, indented. Ends with a newline. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, jsonReplacer, 2)}\n`;
}

/** One line of JSON. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, jsonReplacer)}\n`;
}

/** 64-bit integers as digits in a string, bytes as base64; everything else JSON can say or says by itself. */
function jsonReplacer(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  return value;
}

function ensureNewline(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
