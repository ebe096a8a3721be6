import { z } from "zod";
import { LlmspellError } from "../../errors.ts";

export const archiveFormat = z.enum(["zip", "tar.gz", "tar"]);
export type ArchiveFormat = z.output<typeof archiveFormat>;

/** By the file's name; undefined for any other. */
export function formatOfName(path: string): ArchiveFormat | undefined {
  const name = path.toLowerCase();
  if (name.endsWith(".zip")) return "zip";
  if (name.endsWith(".tar.gz") || name.endsWith(".tgz")) return "tar.gz";
  return name.endsWith(".tar") ? "tar" : undefined;
}

/** By the first bytes. Throws `tool.bad_file`. */
export function formatOfBytes(bytes: Uint8Array, path: string): ArchiveFormat {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] ?? 0) < 9) return "zip";
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "tar.gz";
  if (Buffer.from(bytes.subarray(257, 262)).toString("latin1") === "ustar") return "tar";
  throw new LlmspellError("tool.bad_file", `"${path}" is no zip, tar.gz or tar archive`, { details: { path } });
}
