import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { userInfo } from "node:os";
import path from "node:path";
import type { RunSpec } from "./protocol.ts";

/**
 * What tells spells apart that keep something: the real path of the script, since a name could be anybody's. Code without
 * a file is told apart by itself.
 */
export function spellIdentity({
  folder,
  file,
  engine,
  code,
}: Pick<RunSpec, "folder" | "file" | "engine" | "code">): string {
  if (folder === undefined) return `code:${createHash("sha256").update(`${engine}\n${code}`).digest("hex")}`;
  const absolute = path.resolve(file);
  try {
    return realpathSync(absolute);
  } catch {
    return absolute;
  }
}

/** The user of the system; by number where it has no name (a container). */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "");
  }
}
