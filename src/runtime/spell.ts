import { readFileSync } from "node:fs";
import path from "node:path";
import type { EngineRegistry } from "../engine/registry.ts";
import { LlmspellError } from "../errors.ts";

/** A script that is ready to be run. */
export interface Spell {
  engine: string;
  code: string;
  /** As the user wrote it; `<stdin>` and the like where there is no file. */
  file: string;
  /** Absolute; absent where there is no file. */
  folder?: string;
  name: string;
}

/** Largest script, in bytes. */
const MAX_SCRIPT_BYTES = 10 * 1024 * 1024;

/** Reads a script file and chooses its engine: `engine` if given, else by shebang or extension. */
export function loadSpell(file: string, engines: EngineRegistry, engine?: string): Spell {
  const code = readScript(file);
  const entry = engine === undefined ? engines.forScript(file, code) : engines.byName(engine);
  const folder = path.dirname(path.resolve(file));
  return { engine: entry.name, code, file, folder, name: path.basename(file, path.extname(file)) };
}

/** A script that is given as text. Its engine must be named unless a shebang names it. */
export function spellFromText(code: string, file: string, engines: EngineRegistry, engine?: string): Spell {
  const entry = engine === undefined ? engines.forScript(file, code) : engines.byName(engine);
  return { engine: entry.name, code, file, name: file.replace(/[<>]/g, "") };
}

function readScript(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw unreadable(file, cause as NodeJS.ErrnoException);
  }
  if (bytes.length > MAX_SCRIPT_BYTES) {
    throw new LlmspellError(
      "script.not_found",
      `${file} is no script: it has ${bytes.length} bytes, more than ${MAX_SCRIPT_BYTES}`,
    );
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new LlmspellError("script.syntax", `${file} is not valid UTF-8 text`, { cause, frames: [{ file }] });
  }
}

function unreadable(file: string, cause: NodeJS.ErrnoException): LlmspellError {
  const [problem, hint] =
    cause.code === "ENOENT"
      ? (["does not exist", "Check the path; it is relative to the current folder."] as const)
      : cause.code === "EISDIR"
        ? (["is a folder", "Name the script inside it."] as const)
        : ([`cannot be read (${cause.code ?? cause.message})`, "Check its permissions."] as const);
  return new LlmspellError("script.not_found", `${file} ${problem}`, { cause, hint, details: { file } });
}
