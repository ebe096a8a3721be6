import { LlmspellError } from "../../errors.ts";
import { isPlainObject } from "../../values/script-value.ts";

/**
 * What a session asks of the script that runs in its VM. Values cross as data, so field names are one word each: every
 * language spells them alike.
 */
export type ReplRequest =
  /** Runs an input. `file` is its name in errors, `names` what it declares, `width` where shown values break. */
  | { task: "evaluate"; code: string; file: string; names: readonly string[]; width: number }
  /** Whether the text could go on: Lua's parser alone knows. */
  | { task: "check"; code: string }
  /** The names that may follow a path of names, from a global on. */
  | { task: "names"; path: readonly string[] }
  /** What kind of value an expression has. */
  | { task: "describe"; code: string; file: string; names: readonly string[] };

/** What the script answers. */
export interface ReplAnswer {
  /** The value of an input, as it is shown; absent where there is none. */
  text?: string;
  /** What an input raised: an error, */
  error?: LlmspellError | Record<string, unknown> | string;
  /** or any other value, as it is shown. */
  thrown?: string;
  /** The stack where it was raised, where the error does not carry it. */
  trace?: string;
  incomplete?: boolean;
  names?: readonly string[];
  /** The type of the host object whose names are wanted; its methods are known here. */
  handle?: string;
}

/** What came from the VM as an answer: the script's own words, so that nothing of it is taken for granted. */
export function replAnswerOf(value: unknown): ReplAnswer {
  if (!isPlainObject(value)) return {};
  const { text, error, thrown, trace, incomplete, names, handle } = value;
  const isError = LlmspellError.is(error) || typeof error === "string" || isPlainObject(error);
  return {
    ...(typeof text === "string" ? { text } : {}),
    ...(isError ? { error: error as LlmspellError } : {}),
    ...(typeof thrown === "string" ? { thrown } : {}),
    ...(typeof trace === "string" ? { trace } : {}),
    ...(incomplete === true ? { incomplete } : {}),
    ...(Array.isArray(names) ? { names: names.filter((name) => typeof name === "string") } : {}),
    ...(typeof handle === "string" ? { handle } : {}),
  };
}
