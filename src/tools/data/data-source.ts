import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { isPlainObject } from "../../values/script-value.ts";
import { parseData, recordsOf } from "../convert/data-codec.ts";
import { dataFormat, formatOfPath } from "../convert/data-format.ts";
import { decodeText } from "../file/encoding.ts";
import type { ToolHost } from "../tool-host.ts";

/** Where a tool's data comes from: a file, or the call itself. */
export const dataSource = {
  path: z.string().min(1).optional().describe("File with the data."),
  data: z.unknown().optional().describe("The data itself, instead of path; a text is read by format."),
  format: dataFormat
    .optional()
    .describe("Format of the file or text. Default: by the ending of path; json for a text."),
};

export interface DataSource {
  path?: string | undefined;
  data?: unknown;
  format?: z.output<typeof dataFormat> | undefined;
}

export type DataRecord = Record<string, unknown>;

/** Plain data of a source: objects without a prototype, times as ISO 8601 text. Throws `input.invalid` unless there is exactly one. */
export async function loadData({ path, data, format }: DataSource, host: ToolHost): Promise<unknown> {
  if ((path === undefined) === (data === undefined || data === null)) {
    throw new LlmspellError("input.invalid", "pass the data: either path (a file) or data");
  }
  if (path !== undefined) {
    const text = decodeText(host.files.readBytes(path), "utf-8", path);
    return plain(await parseData(text, format ?? formatOfPath(path, "format"), host, { where: `"${path}"` }));
  }
  return plain(typeof data === "string" ? await parseData(data, format ?? "json", host) : data);
}

/** The same as a list of records: a single list in an object counts. Throws `input.invalid` for anything else. */
export async function loadRecords(source: DataSource, host: ToolHost): Promise<DataRecord[]> {
  const rows = recordsOf(await loadData(source, host));
  return rows.map((row, index) => {
    if (isPlainObject(row)) return row;
    throw new LlmspellError("input.invalid", `row ${index + 1} of the data is no record with named fields`, {
      hint: "Records are objects; CSV needs a first line with the names of the columns.",
    });
  });
}

const MAX_DEPTH = 200;

function plain(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH)
    throw new LlmspellError("value.too_deep", `the data is nested more than ${MAX_DEPTH} levels deep`);
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item: unknown) => plain(item, depth + 1));
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value !== "object" || value === null) return value ?? null;
  const copy = Object.create(null) as DataRecord;
  for (const [key, item] of Object.entries(value)) copy[key] = plain(item, depth + 1);
  return copy;
}
