import { accessSync, constants, existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { formatNumberOf, formatSize } from "./figures.ts";

/** Whether a folder of ours can be used, and what it holds. */
export interface FolderHealth {
  /** `absent` is made when it is first needed. */
  status: "ok" | "absent" | "failed";
  detail: string;
}

/** Looks at a folder without making it. Never throws. */
export function folderHealth(folder: string): FolderHealth {
  try {
    if (existsSync(folder)) {
      if (!statSync(folder).isDirectory()) return { status: "failed", detail: `${folder} is a file, not a folder` };
      accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      return { status: "ok", detail: `${folder}, ${contents(folder)}` };
    }
    const above = nearestFolder(folder);
    if (!statSync(above).isDirectory()) return { status: "failed", detail: `${above} is a file, not a folder` };
    accessSync(above, constants.W_OK | constants.X_OK);
    return { status: "absent", detail: `${folder}, made when it is needed` };
  } catch (error) {
    return { status: "failed", detail: `${folder} cannot be used: ${(error as Error).message}` };
  }
}

function nearestFolder(folder: string): string {
  const parent = path.dirname(folder);
  return existsSync(parent) || parent === folder ? parent : nearestFolder(parent);
}

function contents(folder: string): string {
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0);
  if (sizes.length === 0) return "empty";
  return `${formatNumberOf(sizes.length, "file")}, ${formatSize(sizes.reduce((sum, size) => sum + size, 0))}`;
}

/** Each database (`*.db`) of a folder: whether it can be read. Never throws, changes nothing. */
export function databaseHealth(folder: string): { file: string; status: "ok" | "failed"; detail: string }[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith(".db"))
    .map((name) => {
      const file = path.join(folder, name);
      try {
        using sqlite = new DatabaseSync(file, { readOnly: true });
        sqlite.prepare("SELECT count(*) FROM sqlite_schema").get();
        return { file, status: "ok", detail: `${file}, ${formatSize(statSync(file).size)}` };
      } catch (error) {
        const detail = `${file} cannot be read: ${(error as Error).message}; move it away, or bring it back from a backup`;
        return { file, status: "failed", detail };
      }
    });
}
