import path from "node:path";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import type { ToolFiles } from "../tool-host.ts";

export const filePath = z.string().min(1).describe('Path relative to the workspace, with "/".');
export const folderPath = z
  .string()
  .min(1)
  .default(".")
  .describe("Folder, relative to the workspace. Default: all of it.");
export const overwrite = z.boolean().default(false).describe("Replaces what is there. Default: an error.");

/** Normal form of a path: no `./`, no slash at the end, `.` for the workspace. */
export function normal(given: string): string {
  return path.posix.normalize(given).replace(/(?<=.)\/+$/, "");
}

/** A path below a folder, without a leading `./`. */
export function below(folder: string, name: string): string {
  return path.posix.join(normal(folder), name);
}

/** Throws `fs.exists` where something is there that may not be replaced. */
export function refuseExisting(files: ToolFiles, path: string, replace: boolean): void {
  if (replace || !files.exists(path)) return;
  throw new LlmspellError("fs.exists", `"${path}" exists already`, {
    details: { path },
    hint: "Choose another name, or pass overwrite: true to replace it.",
  });
}
