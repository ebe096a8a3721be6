import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { DocumentFormat } from "../documents/parse-document.ts";
import { LlmspellError } from "../errors.ts";
import type { LocatedManifest } from "./read-manifest.ts";

const NAMES: Readonly<Record<string, DocumentFormat>> = {
  "spell.yaml": "yaml",
  "spell.yml": "yaml",
  "spell.toml": "toml",
  "spell.json": "json",
};

/** Largest manifest, in bytes. */
const MAX_BYTES = 1024 * 1024;

export const MANIFEST_NAMES: readonly string[] = Object.keys(NAMES);

export function isManifestName(file: string): boolean {
  return Object.hasOwn(NAMES, path.basename(file));
}

/** The manifest of a folder, as a path in it. Undefined where there is none; throws `manifest.invalid` for two. */
export function manifestIn(folder: string): string | undefined {
  const [first, second] = MANIFEST_NAMES.map((name) => path.join(folder, name)).filter((file) => existsSync(file));
  if (first === undefined || second === undefined) return first;
  throw new LlmspellError("manifest.invalid", `there are two manifests: ${first} and ${second}`, {
    hint: "Keep one of them.",
  });
}

/** Reads a manifest file. Throws `manifest.invalid`. */
export async function loadManifest(file: string): Promise<LocatedManifest> {
  const text = readManifestText(file);
  const source = { file, code: "manifest.invalid", text } as const;
  const [{ parseDocument }, { readManifest }] = await Promise.all([
    import("../documents/parse-document.ts"),
    import("./read-manifest.ts"),
  ]);
  return readManifest(await parseDocument(text, NAMES[path.basename(file)] ?? "yaml", source), source);
}

/** The text of a manifest; `shown` is its name in errors. Throws `manifest.invalid`. */
export function readManifestText(file: string, shown = file): string {
  const refused = (problem: string, cause?: unknown) =>
    new LlmspellError("manifest.invalid", `${shown} ${problem}`, { cause, frames: [{ file: shown }] });
  let bytes: Buffer;
  try {
    // A pipe would be waited for, and no limit ends that.
    const stat = statSync(file);
    if (!stat.isFile()) throw refused("is no file");
    if (stat.size > MAX_BYTES) throw refused(`is no manifest: it has ${stat.size} bytes, more than ${MAX_BYTES}`);
    bytes = readFileSync(file);
  } catch (cause) {
    if (LlmspellError.is(cause)) throw cause;
    throw refused(`cannot be read (${(cause as NodeJS.ErrnoException).code})`, cause);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refused("is not valid UTF-8 text", cause);
  }
}
