import { type ErrorCode, LlmspellError } from "../errors.ts";
import { nearestName } from "../values/nearest-name.ts";
import { toCamelCase, toSnakeCase } from "./naming.ts";
import type { BridgeShape, MethodShape } from "./shape.ts";

/** What the engines say of a call of what is not there. */
const CALLED =
  /attempt to call a nil value \((?:field|method) '(\w+)'\)|(?:TypeError: )?not a function|not callable: undefined/;
/** A member that is called, with what it is a member of. */
const CALL = /(?:([\p{L}_$][\p{L}\p{N}_$]*)\s*)?(?:\?\.|[.:])\s*([\p{L}_$][\p{L}\p{N}_$]*)\s*\(/gu;

/** A global that is not there. */
const GLOBAL =
  /attempt to (?:index|call) a nil value \(global '(\w+)'\)|(?:ReferenceError: |unresolved reference )'?(\w+)'?(?: is not defined|$)/;

/**
 * The error, where a script used a member of a bridge or of a handle, or a global, that is not there, with what is near: to the
 * engine it is nil. `lineOf` gives lines of the script.
 */
export function nameMissing(
  error: LlmspellError,
  bridges: readonly BridgeShape[],
  lineOf: (file: string, line: number) => string | undefined,
): LlmspellError {
  const [, lua, javascript] = GLOBAL.exec(error.message) ?? [];
  const global = lua ?? javascript;
  if (global !== undefined) {
    const names = bridges.flatMap(({ name, aliases }) => [name, ...aliases]);
    return names.includes(global) ? error : withHint(error, error.message, nearestName(global, names));
  }
  const said = CALLED.exec(error.message);
  const frame = error.frames?.[0];
  const line = frame?.line === undefined ? undefined : lineOf(frame.file, frame.line);
  if (!said || line === undefined) return error;
  const missing = [...line.matchAll(CALL)]
    .filter(({ index, 0: text }) => index + text.length >= (frame?.column ?? 0))
    .filter(({ 2: name }) => said[1] === undefined || name === said[1])
    .flatMap(({ 1: owner = "", 2: name = "" }) => missingOf(owner, name, bridges))[0];
  if (!missing) return error;
  const { owner, name, near } = missing;
  return withHint(error, error.message.replace(said[0], `${owner} has no method "${name}"`), near);
}

function withHint(error: LlmspellError, message: string, near: string | undefined): LlmspellError {
  const hint = near === undefined ? error.hint : `Did you mean "${near}"?`;
  if (message === error.message && hint === error.hint) return error;
  const { cause, details, retryable, frames } = error;
  return new LlmspellError(error.code as ErrorCode, message, {
    cause,
    retryable,
    ...(details ? { details } : {}),
    ...(frames ? { frames } : {}),
    ...(hint === undefined ? {} : { hint }),
  });
}

interface Missing {
  owner: string;
  name: string;
  near: string | undefined;
}

/** Nothing for what may be the script's own. */
function missingOf(owner: string, name: string, bridges: readonly BridgeShape[]): Missing[] {
  const bridge = bridges.find((each) => each.name === owner || each.aliases.includes(owner));
  const known = bridge
    ? namesOf([...bridge.methods, ...Object.keys(bridge.constants).map((constant) => ({ name: constant }))])
    : namesOf(bridges.flatMap(({ handles }) => handles.flatMap(({ methods }) => methods)));
  const wanted = toCamelCase(name);
  if (bridge?.fallback || known.includes(wanted)) return [];
  const near = nearestName(wanted, known);
  if (!bridge && (near === undefined || owner === "")) return [];
  const spelled = near === undefined || !name.includes("_") ? near : toSnakeCase(near);
  return [{ owner, name, near: spelled }];
}

const namesOf = (methods: readonly Pick<MethodShape, "name">[]): string[] => methods.map(({ name }) => name);
