import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { LlmspellError } from "../errors.ts";

const MANIFEST = "spell.yaml";
const MAX_MANIFEST_BYTES = 1024 * 1024;

/**
 * The script that a package's manifest names, relative to its folder; undefined for a folder without a manifest, "" for
 * a manifest without an entry. Throws `config.invalid` for a manifest that cannot be read.
 */
export function packageEntry(folder: string, shown: string): string | undefined {
  const file = path.join(shown, MANIFEST);
  let text: string;
  try {
    text = readFileSync(path.join(folder, MANIFEST), "utf8");
  } catch {
    return undefined;
  }
  if (text.length > MAX_MANIFEST_BYTES)
    throw new LlmspellError("config.invalid", `${file} is no manifest: it has more than ${MAX_MANIFEST_BYTES} bytes`);
  try {
    const manifest = parse(text, { maxAliasCount: 0 }) as { entry?: unknown } | null;
    return typeof manifest?.entry === "string" ? manifest.entry : "";
  } catch (cause) {
    const [position] = (cause as { linePos?: { line: number; col: number }[] }).linePos ?? [];
    throw new LlmspellError("config.invalid", `${file} is not valid YAML: ${(cause as Error).message.split("\n")[0]}`, {
      cause,
      frames: [{ file, ...(position ? { line: position.line, column: position.col } : {}) }],
    });
  }
}
