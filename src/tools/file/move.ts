import { z } from "zod";
import { defineTool } from "../tool.ts";
import { filePath, overwrite } from "./paths.ts";

const fromTo = { from: filePath, to: filePath.describe("The new path; folders on the way are made."), overwrite };
const returns = z.object({ from: z.string(), to: z.string() });

export const fileMove = defineTool({
  name: "file_move",
  category: "file",
  description: "Moves or renames a file or folder.",
  tags: ["file", "move", "rename"],
  parameters: z.object(fromTo),
  returns,
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  examples: [{ description: "Rename", args: { from: "notes.txt", to: "archive/notes.txt" } }],
  execute({ from, to, overwrite: replace }, { files }) {
    files.move(from, to, { overwrite: replace });
    return { from, to };
  },
});

export const fileCopy = defineTool({
  name: "file_copy",
  category: "file",
  description: "Copies a file, or a folder with all it holds.",
  tags: ["file", "copy"],
  parameters: z.object(fromTo),
  returns,
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  idempotent: true,
  examples: [{ description: "A copy to work on", args: { from: "notes.txt", to: "notes.bak.txt", overwrite: true } }],
  execute({ from, to, overwrite: replace }, { files }) {
    files.copy(from, to, { overwrite: replace });
    return { from, to };
  },
});

export const fileDelete = defineTool({
  name: "file_delete",
  category: "file",
  description: "Deletes a file, or a folder (with all it holds only if recursive). It cannot be had back.",
  tags: ["file", "delete", "remove"],
  parameters: z.object({
    path: filePath,
    recursive: z.boolean().default(false).describe("Deletes a folder that is not empty."),
  }),
  returns: z.object({ path: z.string(), deleted: z.boolean().describe("False where there was nothing.") }),
  effect: "write",
  permissions: ["fs.write"],
  destructive: true,
  requiresConfirmation: true,
  idempotent: true,
  examples: [{ description: "A file", args: { path: "notes.txt" } }],
  execute: ({ path, recursive }, { files }) => ({ path, deleted: files.remove(path, { recursive }) }),
});
