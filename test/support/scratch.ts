import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ROOT } from "./root.ts";

/** A folder of its own with the given files, gone when disposed of. */
export function scratchFolder(files: Readonly<Record<string, string>> = {}): Disposable & { path: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "llmspell-test-"));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The same with this project's packages at hand. */
export function scratchProject(files: Readonly<Record<string, string>>): Disposable & { path: string } {
  const folder = scratchFolder(files);
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder.path, "node_modules"));
  return folder;
}
