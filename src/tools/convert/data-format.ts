import { z } from "zod";
import { LlmspellError } from "../../errors.ts";

export const dataFormat = z.enum(["json", "jsonl", "yaml", "toml", "csv", "tsv", "xml"]);
export type DataFormat = z.output<typeof dataFormat>;

const BY_EXTENSION: Readonly<Record<string, DataFormat>> = {
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
  yaml: "yaml",
  yml: "yaml",
  toml: "toml",
  csv: "csv",
  tsv: "tsv",
  xml: "xml",
  svg: "xml",
  rss: "xml",
};

/** By the file's name. Throws `input.invalid` where it does not say, naming the parameter that does. */
export function formatOfPath(path: string, parameter: string): DataFormat {
  const extension = /\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  const format = Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
  if (format) return format;
  throw new LlmspellError("input.invalid", `the name "${path}" does not say in which format it is`, {
    hint: `Pass ${parameter}: ${dataFormat.options.join(", ")}.`,
  });
}
