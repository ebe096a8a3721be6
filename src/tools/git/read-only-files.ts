import { promises as fs } from "node:fs";
import path from "node:path";
import { LlmspellError } from "../../errors.ts";

/** A pack is read as a whole. */
const LARGEST_FILE = 256 * 1024 * 1024;

/**
 * The files below one folder, as isomorphic-git wants them. What lies outside, links included, is not there; what it
 * would write (its fresher copy of the index) is left.
 */
export function readOnlyFiles(root: string) {
  const inside = async (file: string): Promise<string> => {
    const real = await fs.realpath(file);
    if (real === root || real.startsWith(root + path.sep)) return real;
    throw Object.assign(new Error(`${file} is outside of the workspace`), { code: "ENOENT" });
  };
  /** The path of a link itself. */
  const link = async (file: string) => path.join(await inside(path.dirname(file)), path.basename(file));
  const nothing = async () => undefined;
  return {
    promises: {
      async readFile(file: string, options?: Parameters<typeof fs.readFile>[1]) {
        const real = await inside(file);
        const { size } = await fs.stat(real);
        if (size <= LARGEST_FILE) return fs.readFile(real, options ?? null);
        throw new LlmspellError("value.too_large", `${path.relative(root, file)} has more than ${LARGEST_FILE} bytes`);
      },
      readdir: async (folder: string) => fs.readdir(await inside(folder)),
      stat: async (file: string) => fs.stat(await inside(file)),
      lstat: async (file: string) => (file === root ? fs.lstat(root) : fs.lstat(await link(file))),
      readlink: async (file: string, options?: { encoding?: BufferEncoding }) => fs.readlink(await link(file), options),
      writeFile: nothing,
      mkdir: nothing,
      rmdir: nothing,
      unlink: nothing,
      symlink: nothing,
      chmod: nothing,
    },
  };
}
