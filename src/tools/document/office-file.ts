import { LlmspellError } from "../../errors.ts";
import { readArchive } from "../archive/read-archive.ts";
import type { ToolFiles } from "../tool-host.ts";

/**
 * The bytes of a DOCX or XLSX file: a zip archive, unpacked once within bounds, since the libraries that read it have
 * none. Throws `tool.bad_file` or `tool.unsafe`.
 */
export async function readOfficeFile(
  files: ToolFiles,
  path: string,
  kind: "DOCX" | "XLSX",
  part: string,
): Promise<Uint8Array> {
  const bytes = files.readBytes(path);
  if (bytes[0] === 0xd0 && bytes[1] === 0xcf) {
    throw badFile(path, kind, "it is of the old binary format, or encrypted", "Save it anew without a password.");
  }
  if (bytes[0] !== 0x50 || bytes[1] !== 0x4b) throw badFile(path, kind, "it is no zip archive");
  let found = false;
  for await (const entry of readArchive(bytes, path)) {
    if (entry.type === "file") await entry.read();
    found ||= entry.name === part;
  }
  if (!found) throw badFile(path, kind, `it holds no ${part}`);
  return bytes;
}

export function badFile(path: string, kind: string, reason: string, hint?: string, cause?: unknown): LlmspellError {
  return new LlmspellError("tool.bad_file", `"${path}" cannot be read as ${kind}: ${reason}`, {
    ...(cause === undefined ? {} : { cause }),
    details: { path },
    ...(hint === undefined ? {} : { hint }),
  });
}
