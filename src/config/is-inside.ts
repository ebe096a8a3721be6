import { realpathSync } from "node:fs";
import path from "node:path";

/** Whether a path, which need not exist yet, lies in a folder or is it; links are followed. */
export function isInside(folder: string, file: string): boolean {
  const inner = path.relative(realPath(folder), realPath(file));
  return inner !== ".." && !inner.startsWith(`..${path.sep}`) && !path.isAbsolute(inner);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    const folder = path.dirname(file);
    return folder === file ? file : path.join(realPath(folder), path.basename(file));
  }
}
