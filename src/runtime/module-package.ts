import { createRequire } from "node:module";
import path from "node:path";
import type * as SmolToml from "smol-toml";
import type * as Yaml from "yaml";
import { LlmspellError } from "../errors.ts";
import { readManifestText } from "../spells/manifest-file.ts";

/** Parsers are loaded at first need, synchronously: most modules are in no package. */
const requireModule = createRequire(import.meta.url);

/**
 * The script that a package's manifest names, relative to its folder; "" where there is none. Throws `manifest.invalid`
 * for a manifest that cannot be read.
 */
export function packageEntry(folder: string, shown: string, manifest: string): string {
  const file = path.join(shown, manifest);
  const text = readManifestText(path.join(folder, manifest), file);
  try {
    const { entry } = (parse(manifest, text) ?? {}) as { entry?: unknown };
    return typeof entry === "string" ? entry : "";
  } catch (cause) {
    const { message, linePos, line, column } = cause as Error & ParserPlace;
    const [place] = linePos ?? (line === undefined ? [] : [{ line, col: column ?? 1 }]);
    throw new LlmspellError("manifest.invalid", `${file} cannot be read: ${message.split("\n")[0]}`, {
      cause,
      frames: [{ file, ...(place ? { line: place.line, column: place.col } : {}) }],
    });
  }
}

/** How YAML's and TOML's parsers say where. */
interface ParserPlace {
  linePos?: { line: number; col: number }[];
  line?: number;
  column?: number;
}

function parse(manifest: string, text: string): unknown {
  if (manifest.endsWith(".toml")) return (requireModule("smol-toml") as typeof SmolToml).parse(text);
  if (manifest.endsWith(".json")) return JSON.parse(text);
  return (requireModule("yaml") as typeof Yaml).parse(text, { maxAliasCount: 0 });
}
