import { createHash } from "node:crypto";
import { z } from "zod";
import { defineTool } from "../tool.ts";
import { filePath } from "./paths.ts";

export const fileHash = defineTool({
  name: "file_hash",
  category: "file",
  description:
    "Answers the checksum of a file, to compare or verify it; with expected it says whether they are the same.",
  tags: ["file", "hash", "checksum", "verify"],
  parameters: z.object({
    path: filePath,
    algorithm: z
      .enum(["sha256", "sha1", "sha512", "sha384", "md5"])
      .default("sha256")
      .describe("md5 and sha1 only to compare with old lists."),
    expected: z.string().optional().describe("Checksum in hexadecimal digits that the file should have."),
  }),
  returns: z.object({
    path: z.string(),
    algorithm: z.string(),
    hash: z.string(),
    size: z.int(),
    matches: z.boolean().optional(),
  }),
  effect: "read",
  permissions: ["fs.read"],
  idempotent: true,
  examples: [{ description: "SHA-256", args: { path: "notes.txt" } }],
  execute({ path, algorithm, expected }, { files }) {
    const bytes = files.readBytes(path);
    const hash = createHash(algorithm).update(bytes).digest("hex");
    const matches = expected === undefined ? {} : { matches: hash === expected.trim().toLowerCase() };
    return { path, algorithm, hash, size: bytes.length, ...matches };
  },
});
