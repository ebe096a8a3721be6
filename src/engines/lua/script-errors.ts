import { LlmspellError, type ScriptFrame } from "../../errors.ts";
import type { ScriptObject, ScriptValue } from "../../values/script-value.ts";
import { isPlainObject } from "../../values/script-value.ts";
import type { ImageRefs } from "./image.ts";
import type { LuaInstance } from "./instance.ts";
import * as layout from "./layout.ts";
import { PRELUDE_CHUNK } from "./prelude/prelude.ts";
import { errorFromFields } from "./reader.ts";
import { VmExit } from "./task.ts";

const MAX_FRAMES = 50;
/** Levels searched for them: finding a level takes as long as the stack is deep. */
const MAX_LEVELS = 2200;
/** `LUA_IDSIZE`: longest source name in Lua's messages, terminator included. */
const SOURCE_NAME_SIZE = 60;

/** The frames of the user's own source, innermost first. Reads only; nothing is raised. */
export function readFrames(instance: LuaInstance, refs: ImageRefs, L: number): ScriptFrame[] {
  const { x, i32 } = instance;
  const record = refs.debugRecord;
  const frames: ScriptFrame[] = [];
  for (
    let level = 0;
    level < MAX_LEVELS && frames.length < MAX_FRAMES && x.lua_getstack(L, level, record) !== 0;
    level++
  ) {
    x.lua_getinfo(L, refs.infoFormat, record);
    const word = (offset: number): number => i32[(record + offset) >> 2]!;
    const source = word(layout.DEBUG_SOURCE);
    if (instance.u8[source] !== 0x40) continue;
    const length = word(layout.DEBUG_SOURCE_LENGTH);
    const frame: ScriptFrame = { file: instance.bytes.toString("utf8", source + 1, source + length) };
    const line = word(layout.DEBUG_LINE);
    if (line > 0) frame.line = line;
    const name = instance.cString(word(layout.DEBUG_NAME));
    // 'm' of "main"; what a tail call replaced has no name.
    if (instance.u8[word(layout.DEBUG_WHAT)] !== 0x6d) frame.name = name === "" || name === "?" ? "anonymous" : name;
    frames.push(frame);
  }
  return frames;
}

/** A source's name as Lua's messages shorten it. */
function shortName(file: string): string {
  const bytes = Buffer.from(file, "utf8");
  if (bytes.length < SOURCE_NAME_SIZE) return file;
  return `...${bytes.subarray(bytes.length - (SOURCE_NAME_SIZE - 4)).toString("utf8")}`;
}

/** What Lua itself puts before an error that arises in prelude code. */
const PRELUDE_POSITION = `${PRELUDE_CHUNK.slice(1)}:-1: `;
const POSITION = /^([^\n]*?):(\d+): /;

/** Takes "file:line: " off a message when it names a frame or one of the files, and puts that position first. */
function placeMessage(text: string, frames: ScriptFrame[]): { message: string; frames: ScriptFrame[] } {
  let message = text.startsWith(PRELUDE_POSITION) ? text.slice(PRELUDE_POSITION.length) : text;
  let placed = frames;
  for (let match = POSITION.exec(message); match; match = POSITION.exec(message)) {
    const [prefix, name, digits] = match;
    const line = Number(digits);
    const frame = frames.find((f) => shortName(f.file) === name && f.line === line);
    const file = frame?.file ?? frames.find((f) => shortName(f.file) === name)?.file;
    if (file === undefined && frames.length > 0 && !/\.\w+$/.test(name!)) break;
    message = message.slice(prefix.length);
    placed = frame ? frames.slice(frames.indexOf(frame)) : [{ file: file ?? name!, line }, ...frames];
  }
  return { message, frames: placed };
}

/** What a script raised and did not catch, as an LlmspellError with frames. */
export function scriptError(value: ScriptValue, status: number, frames: ScriptFrame[]): LlmspellError {
  if (LlmspellError.is(value)) {
    if (value.frames === undefined && frames.length > 0) value.frames = frames;
    return value;
  }
  const options = frames.length > 0 ? { frames } : {};
  if (status === layout.STATUS.memory || value === "not enough memory") {
    return new LlmspellError("limit.memory", "out of memory: the script reached its memory limit", options);
  }
  if (typeof value === "string") {
    const placed = placeMessage(value, frames);
    const recursion = /^(?:C )?stack overflow(?: \(|$)/.test(placed.message);
    return new LlmspellError(
      recursion ? "limit.recursion" : "script.error",
      placed.message,
      placed.frames.length > 0 ? { frames: placed.frames } : {},
    );
  }
  if (isPlainObject(value)) {
    const error = errorFromFields(describeFields(value));
    if (frames.length > 0) error.frames = frames;
    return error;
  }
  return new LlmspellError("script.error", describe(value), options);
}

/** A raised table: its own code and message; where it has no message, one that shows what it holds. */
function describeFields(fields: ScriptObject): ScriptObject {
  const { message } = fields;
  if (typeof message === "string" && message !== "") return fields;
  const { code, details, ...rest } = fields;
  const shown = Object.keys(rest).length > 0 ? ` with ${Object.keys(rest).slice(0, 5).join(", ")}` : "";
  return {
    code: code ?? null,
    message: typeof code === "string" ? code : `the script raised a table${shown}`,
    details: details ?? (Object.keys(rest).length > 0 ? rest : null),
  };
}

function describe(value: ScriptValue): string {
  if (value === null || value === undefined) return "the script raised nil";
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return String(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("latin1");
  if (Array.isArray(value)) return "the script raised a list";
  return `the script raised ${Object.prototype.toString.call(value).slice(8, -1).toLowerCase()}`;
}

/** Lua's message for a source that does not parse. */
export function syntaxError(text: string, file: string): LlmspellError {
  const prefix = `${shortName(file)}:`;
  const match = text.startsWith(prefix) ? /^(\d+): ([^]*)$/.exec(text.slice(prefix.length)) : null;
  const frame: ScriptFrame = match ? { file, line: Number(match[1]) } : { file };
  return new LlmspellError("script.syntax", match?.[2] ?? text, { frames: [frame] });
}

/** Why a VM cannot go on: what was thrown through its frames. */
export function engineFailure(thrown: unknown): LlmspellError {
  if (thrown instanceof VmExit) return thrown.error;
  if (thrown instanceof RangeError && thrown.message.includes("call stack")) {
    return new LlmspellError("limit.recursion", "the script recursed too deeply for the engine's stack", {
      cause: thrown,
    });
  }
  if (LlmspellError.is(thrown)) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new LlmspellError("engine.failed", `the Lua engine failed: ${reason}`, { cause: thrown });
}
