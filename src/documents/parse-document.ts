import path from "node:path";
import type { DocumentSource, LocatedDocument } from "./located-document.ts";

export type DocumentFormat = "yaml" | "toml" | "json";

const FORMATS: Readonly<Record<string, DocumentFormat>> = {
  ".yaml": "yaml",
  ".yml": "yaml",
  ".toml": "toml",
  ".json": "json",
};

/** By the file's extension; undefined for any other. */
export function documentFormat(file: string): DocumentFormat | undefined {
  const extension = path.extname(file).toLowerCase();
  return Object.hasOwn(FORMATS, extension) ? FORMATS[extension] : undefined;
}

/**
 * Parses a text. Throws the source's error code, with line and column, for what does not parse, repeated keys, unknown
 * tags, several documents and aliases that multiply.
 */
export async function parseDocument(
  text: string,
  format: DocumentFormat,
  source: DocumentSource,
): Promise<LocatedDocument> {
  const document = { ...source, text };
  if (format === "toml") return (await import("./toml-document.ts")).parseToml(document);
  const { parseJson, parseYaml } = await import("./yaml-document.ts");
  return format === "json" ? parseJson(document) : parseYaml(document);
}
