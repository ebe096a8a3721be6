import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { LlmspellError } from "../errors.ts";
import { fromJson, toJson } from "../journal/codec.ts";
import { storeError } from "../store/store-error.ts";
import { isPlainObject, type ScriptObject } from "../values/script-value.ts";
import { withFileLock } from "./file-lock.ts";
import { emptySections, MemoryRows, type Sections } from "./memory-rows.ts";
import { SECTIONS, type Section, type Tag, type TaggedRows } from "./rows.ts";
import type { StoredRows } from "./stored-requests.ts";
import { tooLarge } from "./too-large.ts";

const WHAT = "stored state";
/** What the file says it is. */
const MARK = "llmspell";
const KIND = "state";
const FORMAT = 1;
/**
 * A file that changed less than this before it was read may change again and look the same from outside: clocks of file
 * systems tick every few milliseconds, and the place of a replaced file is used again.
 */
const STILL_MS = 1000;

/**
 * A state in one JSON file, that people can read. Every change replaces the file as a whole, so a reader sees the state
 * before or after it, also when a process dies or the machine stops meanwhile.
 */
export class StateFile implements StoredRows {
  readonly #file: string;
  readonly #maxBytes: number;
  /** What the file held when it was last read, and how it looked from outside. */
  #seen: { stamp: string; sections: Sections } | undefined;

  /** `file` is a real path. */
  constructor(file: string, maxBytes: number) {
    this.#file = file;
    this.#maxBytes = maxBytes;
  }

  read<T>(work: (rows: TaggedRows) => T): T {
    return work(new FileRows(this.#load()));
  }

  write<T>(work: (rows: TaggedRows) => T): T {
    return withFileLock(this.#file, WHAT, () => {
      const before = this.#load();
      const rows = new FileRows(before);
      const value = work(rows);
      if (rows.sections !== before) this.#save(rows.sections);
      return value;
    });
  }

  #load(): Sections {
    try {
      const readAt = Date.now();
      const stat = fs.statSync(this.#file, { bigint: true, throwIfNoEntry: false });
      if (!stat) return emptySections();
      const stamp = [stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join();
      if (this.#seen?.stamp === stamp) return this.#seen.sections;
      if (!stat.isFile()) throw notOurs(this.#file, "is no file");
      if (stat.size > 2 * this.#maxBytes) throw tooLarge(Number(stat.size), this.#maxBytes);
      const sections = parse(fs.readFileSync(this.#file, "utf8"), this.#file);
      const changed = Math.max(Number(stat.mtimeMs), Number(stat.ctimeMs));
      this.#seen = changed + STILL_MS < readAt ? { stamp, sections } : undefined;
      return sections;
    } catch (error) {
      throw storeError(error, WHAT, this.#file);
    }
  }

  /** The name of the new file is always the same: what a process that died left is taken over. */
  #save(sections: Sections): void {
    const text = format(sections);
    const bytes = Buffer.byteLength(text);
    if (bytes > this.#maxBytes) throw tooLarge(bytes, this.#maxBytes);
    const folder = path.dirname(this.#file);
    const staged = path.join(folder, `.${path.basename(this.#file)}.tmp`);
    const mode = fs.statSync(this.#file, { throwIfNoEntry: false })?.mode ?? 0o600;
    fs.rmSync(staged, { force: true });
    const fd = fs.openSync(staged, "wx", 0o600);
    try {
      fs.fchmodSync(fd, mode & 0o777);
      fs.writeFileSync(fd, text);
      fs.fsyncSync(fd);
    } catch (error) {
      fs.rmSync(staged, { force: true });
      throw error;
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(staged, this.#file);
    syncFolder(folder);
  }
}

class FileRows extends MemoryRows implements TaggedRows {
  constructor(sections: Sections) {
    super(undefined, sections);
  }

  tag(section: Section, key: string | null): Tag {
    const value = key === null ? this.all(section) : this.get(section, key);
    return value === undefined
      ? 0
      : createHash("sha256")
          .update(JSON.stringify(toJson(value)))
          .digest("base64");
  }
}

function format(sections: Sections): string {
  const filled = SECTIONS.filter((section) => section === "data" || Object.keys(sections[section]).length > 0);
  const content = Object.fromEntries(filled.map((section) => [section, toJson(sections[section])]));
  return `${JSON.stringify({ [MARK]: KIND, format: FORMAT, ...content }, null, 2)}\n`;
}

function parse(text: string, file: string): Sections {
  if (text.trim() === "") return emptySections();
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw notOurs(file, "is no JSON or was cut off", cause);
  }
  if (!isPlainObject(content) || content[MARK] !== KIND) throw notOurs(file, "was not written as state by LLMSpell");
  if (typeof content.format !== "number" || content.format > FORMAT) {
    throw new LlmspellError(
      "store.version",
      `${WHAT}, ${file}, has format ${String(content.format)}; this LLMSpell knows formats up to ${FORMAT}`,
      { hint: "Use a newer LLMSpell, or move the file away.", details: { file } },
    );
  }
  const sections = emptySections() as Record<Section, ScriptObject>;
  for (const section of SECTIONS) {
    const rows = content[section] === undefined ? {} : fromJson(content[section]);
    if (!isPlainObject(rows)) throw notOurs(file, `holds no object under "${section}"`);
    sections[section] = rows;
  }
  return sections;
}

function notOurs(file: string, why: string, cause?: unknown): LlmspellError {
  return new LlmspellError("store.corrupt", `${WHAT}, ${file}, ${why}`, {
    cause,
    details: { file },
    hint: "Name another file, or move this one away.",
  });
}

/** So that the new name is on the disk, too, where the system allows that. */
function syncFolder(folder: string): void {
  let fd: number | undefined;
  try {
    fd = fs.openSync(folder, "r");
    fs.fsyncSync(fd);
  } catch {
    // Windows opens no folders.
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}
