import fs from "node:fs";
import path from "node:path";
import { LlmspellError } from "../errors.ts";
import { makeFolder } from "../store/make-folder.ts";

/**
 * Maps the paths of a spell into one folder and refuses whatever leads out of it, links included. Every path it
 * returns is real: no part of it was a link when it was checked.
 */
export class Jail {
  readonly #given: string;
  #real: string | undefined;

  constructor(root: string) {
    this.#given = path.resolve(root);
  }

  /** Normal form of a path, relative to the workspace, `.` for the workspace itself. Looks at no file. */
  relative(given: string): string {
    checkForm(given);
    const relative = path.posix
      .normalize(path.isAbsolute(given) ? this.#fromAbsolute(given) : given)
      .replace(/(?<=.)\/+$/, "");
    if (relative === ".." || relative.startsWith("../") || path.posix.isAbsolute(relative)) throw outside(given);
    return relative;
  }

  /** The real path of something that exists. Throws ENOENT when it does not, `permission.denied` when it lies outside. */
  existing(given: string): string {
    const real = fs.realpathSync(path.join(this.#root(), this.relative(given)));
    return this.#inside(real, given);
  }

  /**
   * The place of an entry in its real folder, whether it exists or not; a link there is not followed. Throws ENOENT
   * when the folder does not exist.
   */
  entry(given: string): string {
    const relative = this.relative(given);
    if (relative === ".") throw new LlmspellError("fs.failed", "this cannot be done to the workspace itself");
    const folder = fs.realpathSync(path.join(this.#root(), path.posix.dirname(relative)));
    return path.join(this.#inside(folder, given), path.posix.basename(relative));
  }

  /** Where to write a file: its entry, or what the link there leads to. Makes the folders above it. */
  writable(given: string): string {
    this.makeFolder(path.posix.dirname(this.relative(given)));
    const entry = this.entry(given);
    if (!fs.lstatSync(entry, { throwIfNoEntry: false })?.isSymbolicLink()) return entry;
    try {
      return this.#inside(fs.realpathSync(entry), given);
    } catch (cause) {
      if (LlmspellError.is(cause)) throw cause;
      throw new LlmspellError("permission.denied", `"${given}" is a link that leads nowhere`, {
        cause,
        details: { path: given },
      });
    }
  }

  /** Makes a folder and those above it, one by one, so that no link on the way leads out. Returns its real path. */
  makeFolder(given: string): string {
    makeFolder(this.#given, 0o777);
    let current = this.#root();
    for (const name of this.relative(given).split("/")) {
      const next = path.join(current, name);
      if (!fs.existsSync(next)) fs.mkdirSync(next);
      current = this.#inside(fs.realpathSync(next), given);
    }
    if (!fs.statSync(current).isDirectory())
      throw new LlmspellError("fs.exists", `"${given}" exists already and is no folder`);
    return current;
  }

  /**
   * Opens a real path that this jail returned, unless it has become a link or lies elsewhere since. Never waits for
   * the other end of a pipe.
   */
  open(real: string, flags: number, mode?: number): number {
    const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants as Partial<typeof fs.constants>;
    const fd = fs.openSync(real, flags | O_NOFOLLOW | O_NONBLOCK, mode);
    try {
      this.#inside(fs.realpathSync(real), real);
      const [opened, named] = [fs.fstatSync(fd), fs.lstatSync(real)];
      if (opened.ino !== named.ino || opened.dev !== named.dev) throw outside(path.basename(real));
      return fd;
    } catch (error) {
      fs.closeSync(fd);
      throw error;
    }
  }

  /** A real path as the spell writes it. */
  display(real: string): string {
    return path.relative(this.#root(), real).split(path.sep).join("/") || ".";
  }

  #root(): string {
    return (this.#real ??= fs.realpathSync(this.#given));
  }

  #inside(real: string, given: string): string {
    const root = this.#root();
    if (real === root || real.startsWith(root.endsWith(path.sep) ? root : root + path.sep)) return real;
    throw outside(given);
  }

  #fromAbsolute(given: string): string {
    const roots = [this.#given, ...(fs.existsSync(this.#given) ? [this.#root()] : [])];
    for (const root of roots) {
      const relative = path.relative(root, given);
      if (relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)) {
        return relative.split(path.sep).join("/") || ".";
      }
    }
    throw outside(given);
  }
}

function checkForm(given: string): void {
  const wrong = (what: string, hint: string) =>
    new LlmspellError("input.invalid", `the path ${JSON.stringify(given)} ${what}`, { hint });
  if (given === "") throw wrong("is empty", 'Use "." for the workspace itself.');
  if (given.includes("\0")) throw wrong("contains a NUL byte", "Remove it.");
  if (/^[A-Za-z]:([\\/]|$)/.test(given) && path.sep === "/")
    throw wrong("names a drive", "Write it relative to the workspace.");
  if (given.includes("\\") && path.sep === "/") throw wrong("contains a backslash", 'Write paths with "/".');
}

function outside(given: string): LlmspellError {
  return new LlmspellError("permission.denied", `"${given}" lies outside of the workspace`, {
    details: { path: given },
    hint: "Spells read and write files inside their workspace only; choose it with --workspace.",
  });
}
