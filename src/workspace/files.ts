import { randomBytes } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { LlmspellError } from "../errors.ts";
import { guard } from "./fs-error.ts";
import { Jail } from "./jail.ts";

export interface FileStat {
  path: string;
  type: "file" | "directory" | "other";
  isFile: boolean;
  isDirectory: boolean;
  /** Bytes. */
  size: number;
  modified: Date;
}

/** Entries that a folder listing or a glob may visit. */
export const MAX_ENTRIES = 100_000;
const COPY_BYTES = 64 * 1024;

/** The files of one workspace. All paths are the spell's; failures are `fs.*` errors that name them. */
export class WorkspaceFiles {
  readonly jail: Jail;
  readonly #maxFileBytes: number;

  constructor({ root, maxFileBytes }: { root: string; maxFileBytes: number }) {
    this.jail = new Jail(root);
    this.#maxFileBytes = maxFileBytes;
  }

  readBytes(given: string): Uint8Array {
    return guard("read", given, () => {
      const fd = this.jail.open(this.jail.existing(given), fs.constants.O_RDONLY);
      try {
        return this.#readAll(fd, given);
      } finally {
        fs.closeSync(fd);
      }
    });
  }

  read(given: string): string {
    const bytes = this.readBytes(given);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new LlmspellError("fs.failed", `cannot read "${given}" as text: it is not valid UTF-8`, {
        cause,
        details: { path: given },
        hint: "Use fs.readBytes (fs.read_bytes) for binary files.",
      });
    }
  }

  /** Replaces a file at once: readers see the old or the new content. Keeps its mode; makes missing folders. */
  write(given: string, content: Uint8Array): void {
    this.#checkSize(given, content.length);
    guard("write", given, () => {
      const target = this.jail.writable(given);
      const staged = this.stage(target);
      try {
        writeAll(staged.fd, content);
        staged.commit();
      } finally {
        staged.dispose();
      }
    });
  }

  append(given: string, content: Uint8Array): void {
    guard("append to", given, () => {
      const { O_WRONLY, O_APPEND, O_CREAT } = fs.constants;
      const fd = this.jail.open(this.jail.writable(given), O_WRONLY | O_APPEND | O_CREAT, 0o666);
      try {
        const stat = fs.fstatSync(fd);
        if (!stat.isFile()) throw notAFile(given);
        this.#checkSize(given, stat.size + content.length);
        writeOrRestore(fd, content, stat.size);
      } finally {
        fs.closeSync(fd);
      }
    });
  }

  /** A new file beside `target` (a real path of the jail) that takes its place on `commit`. Dispose of it in any case. */
  stage(target: string): { fd: number; commit(): void; dispose(): void } {
    const old = fs.lstatSync(target, { throwIfNoEntry: false });
    if (old?.isDirectory()) throw Object.assign(new Error("is a directory"), { code: "EISDIR" });
    if (old) fs.accessSync(target, fs.constants.W_OK);
    const staged = path.join(path.dirname(target), `.${randomBytes(8).toString("hex")}.tmp`);
    const { O_WRONLY, O_CREAT, O_EXCL } = fs.constants;
    const fd = this.jail.open(staged, O_WRONLY | O_CREAT | O_EXCL, 0o666);
    let open = true;
    let committed = false;
    const close = () => {
      if (open) fs.closeSync(fd);
      open = false;
    };
    return {
      fd,
      commit() {
        if (old) fs.fchmodSync(fd, old.mode & 0o7777);
        close();
        fs.renameSync(staged, target);
        committed = true;
      },
      dispose() {
        close();
        if (!committed) fs.rmSync(staged, { force: true });
      },
    };
  }

  exists(given: string): boolean {
    return guard("look for", given, () => {
      try {
        this.jail.existing(given);
        return true;
      } catch (error) {
        const code = (error as NodeJS.ErrnoException).code;
        if (code === "ENOENT" || code === "ENOTDIR") return false;
        throw error;
      }
    });
  }

  stat(given: string): FileStat {
    return guard("look at", given, () => {
      const stat = fs.statSync(this.jail.existing(given));
      const [isFile, isDirectory] = [stat.isFile(), stat.isDirectory()];
      const type = isFile ? "file" : isDirectory ? "directory" : "other";
      return { path: this.jail.relative(given), type, isFile, isDirectory, size: stat.size, modified: stat.mtime };
    });
  }

  /**
   * Names in a folder, sorted; of a recursive listing, paths relative to it. Links to folders are named, not entered.
   * Folders end in "/" where `marked`.
   */
  list(given: string, recursive: boolean, marked = false): string[] {
    return guard("list", given, () => {
      const names: string[] = [];
      const visit = (folder: string, prefix: string) => {
        for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
          if (names.length >= MAX_ENTRIES)
            throw new LlmspellError("value.too_large", `"${given}" holds more than ${MAX_ENTRIES} entries`);
          names.push(prefix + entry.name + (marked && entry.isDirectory() ? "/" : ""));
          if (recursive && entry.isDirectory()) visit(path.join(folder, entry.name), `${prefix}${entry.name}/`);
        }
      };
      visit(this.jail.existing(given), "");
      return names.toSorted();
    });
  }

  mkdir(given: string): void {
    guard("make the folder", given, () => this.jail.makeFolder(given));
  }

  move(from: string, to: string, overwrite: boolean): void {
    guard("move", from, () => {
      const source = this.jail.entry(from);
      fs.lstatSync(source);
      this.jail.makeFolder(path.posix.dirname(this.jail.relative(to)));
      const target = this.jail.entry(to);
      if (target.startsWith(source + path.sep))
        throw new LlmspellError("fs.failed", `cannot move "${from}" into itself`);
      if (!overwrite) refuseExisting(target, to);
      fs.renameSync(source, target);
    });
  }

  /** Copies a file, or a folder with all it holds. Links to files are copied as files; links to folders fail. */
  copy(from: string, to: string, overwrite: boolean): void {
    guard("copy", from, () => {
      const source = this.jail.existing(from);
      const target = this.jail.writable(to);
      if (target === source || target.startsWith(source + path.sep))
        throw new LlmspellError("fs.failed", `cannot copy "${from}" into itself`);
      if (!overwrite) refuseExisting(target, to);
      this.#copyTree(from, to, fs.statSync(source).isDirectory());
    });
  }

  #copyTree(from: string, to: string, isFolder: boolean): void {
    if (!isFolder) return this.#copyFile(from, to);
    this.jail.makeFolder(to);
    for (const name of this.list(from, false)) {
      const inner = path.posix.join(from, name);
      const link = fs.lstatSync(this.jail.entry(inner)).isSymbolicLink();
      const isInnerFolder = fs.statSync(this.jail.existing(inner)).isDirectory();
      if (link && isInnerFolder)
        throw new LlmspellError("fs.failed", `cannot copy "${inner}": it is a link to a folder`);
      this.#copyTree(inner, path.posix.join(to, name), isInnerFolder);
    }
  }

  /** Piece by piece: a file in memory for each copy would be garbage faster than it is collected. */
  #copyFile(from: string, to: string): void {
    const source = this.jail.open(this.jail.existing(from), fs.constants.O_RDONLY);
    try {
      const { size } = this.#statFile(source, from);
      const staged = this.stage(this.jail.writable(to));
      try {
        const piece = new Uint8Array(Math.min(size, COPY_BYTES));
        for (let left = size; left > 0;) {
          const count = fs.readSync(source, piece, 0, Math.min(left, piece.length), null);
          if (count === 0) break;
          writeAll(staged.fd, piece.subarray(0, count));
          left -= count;
        }
        staged.commit();
      } finally {
        staged.dispose();
      }
    } finally {
      fs.closeSync(source);
    }
  }

  /** Removes a file, a link (not what it leads to) or a folder. Answers false when there was nothing. */
  remove(given: string, recursive: boolean): boolean {
    return guard("remove", given, () => {
      const entry = missingAsUndefined(() => this.jail.entry(given));
      const stat = entry === undefined ? undefined : fs.lstatSync(entry, { throwIfNoEntry: false });
      if (entry === undefined || !stat) return false;
      if (!stat.isDirectory()) fs.unlinkSync(entry);
      else if (recursive) fs.rmSync(entry, { recursive: true });
      else removeEmpty(entry, given);
      return true;
    });
  }

  #statFile(fd: number, given: string): fs.Stats {
    const stat = fs.fstatSync(fd);
    if (stat.isDirectory()) throw Object.assign(new Error("is a directory"), { code: "EISDIR" });
    if (!stat.isFile()) throw notAFile(given);
    this.#checkSize(given, stat.size, "is");
    return stat;
  }

  #readAll(fd: number, given: string): Uint8Array {
    const stat = this.#statFile(fd, given);
    // One byte more than there should be shows a file that grows meanwhile.
    const buffer = new Uint8Array(stat.size + 1);
    let length = 0;
    for (let count = -1; count !== 0 && length < buffer.length; length += count)
      count = fs.readSync(fd, buffer, length, buffer.length - length, null);
    return buffer.subarray(0, Math.min(length, stat.size));
  }

  #checkSize(given: string, bytes: number, is: "is" | "would be" = "would be"): void {
    if (bytes <= this.#maxFileBytes) return;
    throw new LlmspellError(
      "value.too_large",
      `"${given}" ${is} ${bytes} bytes, more than the ${this.#maxFileBytes} that a spell's file may have`,
      {
        details: { path: given, bytes, limit: this.#maxFileBytes },
        hint: "Raise it with bridges.stdlib.filesystem.max_file_size; in a program with maxFileBytes.",
      },
    );
  }
}

function writeAll(fd: number, content: Uint8Array): void {
  for (let done = 0; done < content.length;) done += fs.writeSync(fd, content, done);
}

/** Appends all or, e.g. on a full disk, nothing. */
function writeOrRestore(fd: number, content: Uint8Array, size: number): void {
  try {
    writeAll(fd, content);
  } catch (error) {
    fs.ftruncateSync(fd, size);
    throw error;
  }
}

function refuseExisting(target: string, given: string): void {
  if (!fs.lstatSync(target, { throwIfNoEntry: false })) return;
  throw new LlmspellError("fs.exists", `"${given}" exists already`, {
    details: { path: given },
    hint: "Pass overwrite: true to replace it.",
  });
}

function removeEmpty(entry: string, given: string): void {
  try {
    fs.rmdirSync(entry);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw cause;
    throw new LlmspellError("fs.failed", `cannot remove "${given}": the folder is not empty`, {
      cause,
      hint: "Pass recursive: true to remove it with all it holds.",
    });
  }
}

function notAFile(given: string): LlmspellError {
  return new LlmspellError("fs.failed", `"${given}" is no regular file`, { details: { path: given } });
}

function missingAsUndefined<T>(find: () => T): T | undefined {
  try {
    return find();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}
