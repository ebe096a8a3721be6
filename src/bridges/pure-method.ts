import type { z } from "zod";
import type { Method, Parameters } from "../bridge/define-bridge.ts";
import { method } from "../bridge/define-bridge.ts";
import { LlmspellError } from "../errors.ts";

/** A method whose result depends on its arguments alone and that answers at once in every language. */
export function pure<const P extends Parameters, R extends z.ZodType>(
  spec: Omit<Method<P, R, never>, "effect" | "sync">,
): Method<never, never, never> {
  return method({ ...spec, effect: "pure", sync: true } as Method<P, R, never>);
}

/** Largest result that a helper builds, in UTF-16 units, bytes or elements. What may cross is limited by the run besides. */
export const MAX_RESULT = 32 * 1024 * 1024;

/** To be asked before something of `size` is built. Throws `value.too_large`. */
export function checkSize(method: string, size: number, limit = MAX_RESULT): void {
  if (size <= limit) return;
  throw new LlmspellError(
    "value.too_large",
    `${method}: the result would have ${size} elements, ${limit} are allowed`,
    {
      details: { size, limit },
    },
  );
}

/** Most parts that a helper makes of one text. */
const MAX_PARTS = 1_000_000;

/** To be asked before a text is taken apart where one of `marks` stands. Throws `value.too_large`. */
export function checkParts(method: string, text: string, ...marks: readonly string[]): void {
  if (text.length <= MAX_PARTS) return;
  let parts = 1;
  for (const mark of marks) {
    for (let at = text.indexOf(mark); at !== -1 && parts <= MAX_PARTS; at = text.indexOf(mark, at + mark.length))
      parts += 1;
  }
  checkSize(method, parts, MAX_PARTS);
}

export interface ParsePosition {
  /** UTF-16 units from 0. */
  offset?: number;
  /** From 1. */
  line?: number;
  /** From 1. */
  column?: number;
}

/** `parse.invalid` with the place where the text stops being valid. */
export function parseError(
  method: string,
  problem: string,
  { offset, line, column }: ParsePosition = {},
  cause?: unknown,
): LlmspellError {
  const at = line === undefined ? "" : column === undefined ? ` (line ${line})` : ` (line ${line}, column ${column})`;
  const details = {
    ...(offset === undefined ? {} : { offset }),
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
  };
  return new LlmspellError("parse.invalid", `${method}: ${problem}${at}`, {
    details,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** Line and column, both from 1, of an offset into a text. */
export function positionAt(text: string, offset: number): Required<ParsePosition> {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf("\n"); next !== -1 && next < offset; next = text.indexOf("\n", start)) {
    line += 1;
    start = next + 1;
  }
  return { offset, line, column: offset - start + 1 };
}
