import { LlmspellError } from "../../errors.ts";
import { isPlainObject } from "../../values/script-value.ts";
import type { ToolHost } from "../tool-host.ts";
import type { DataFormat } from "./data-format.ts";
import { parseXml, writeXml } from "./xml-data.ts";

const MAX_DEPTH = 200;

export interface ReadOptions {
  /** Whether fields of CSV and leaves of XML become numbers and booleans where they look like them. */
  types?: "auto" | "text";
  delimiter?: string | undefined;
  /** What is read, for errors. */
  where?: string;
}

export interface WriteOptions {
  indent?: number;
  /** Name of the root element. */
  root?: string;
  delimiter?: string | undefined;
}

type Helper = Pick<ToolHost, "helper">;

/** Text of a format as data. Throws `parse.invalid`. */
export async function parseData(
  text: string,
  format: DataFormat,
  host: Helper,
  options: ReadOptions = {},
): Promise<unknown> {
  const { types = "auto", where = "the text" } = options;
  const source = text.replace(/^\ufeff/, "");
  switch (format) {
    case "json":
      return host.helper("json", "decode", [source]);
    case "jsonl":
      return host.helper("json", "decodeLines", [source]);
    case "yaml":
      return host.helper("yaml", "decode", [source]);
    case "toml":
      return host.helper("toml", "decode", [source]);
    case "csv":
    case "tsv": {
      const delimiter = options.delimiter ?? (format === "tsv" ? "\t" : ",");
      const rows = host.helper("csv", "decode", [source, { delimiter }]);
      return types === "auto" ? typed(rows, { emptyIsNull: true }) : rows;
    }
    case "xml": {
      const data = await parseXml(source, where);
      return types === "auto" ? typed(data) : data;
    }
  }
}

/** Data as text of a format. Throws `value.unsupported` or `input.invalid` for what it cannot hold. */
export async function writeData(
  value: unknown,
  format: DataFormat,
  host: Helper,
  options: WriteOptions = {},
): Promise<string> {
  const { indent = 2, root = "root" } = options;
  switch (format) {
    case "json":
      return `${String(indent === 0 ? host.helper("json", "encode", [value]) : host.helper("json", "pretty", [value, { indent }]))}\n`;
    case "jsonl":
      return String(host.helper("json", "encodeLines", [listIn(value) ?? [value]]));
    case "yaml":
      return String(host.helper("yaml", "encode", [value, { indent: Math.max(indent, 1) }]));
    case "toml":
      return String(host.helper("toml", "encode", [isPlainObject(value) ? value : { items: value }]));
    case "csv":
    case "tsv": {
      const delimiter = options.delimiter ?? (format === "tsv" ? "\t" : ",");
      return String(host.helper("csv", "encode", [recordsOf(value), { delimiter }]));
    }
    case "xml":
      return writeXml(value, root);
  }
}

/** The rows that data means: a list, the only list in an object (as of an XML document), or the object itself. */
export function recordsOf(value: unknown): unknown[] {
  const rows = listIn(value) ?? [value];
  if (rows.length > 0 && rows.every(Array.isArray)) return rows;
  return rows.map((item) => (isPlainObject(item) ? item : { value: item }));
}

/** A list, or the one that an object holds and nothing else, attributes aside. */
function listIn(value: unknown): unknown[] | undefined {
  let current = value;
  for (let depth = 0; isPlainObject(current) && depth < MAX_DEPTH; depth++) {
    const inner = Object.entries(current).filter(([key]) => !key.startsWith("@"));
    if (inner.length !== 1) return undefined;
    current = inner[0]?.[1];
  }
  return Array.isArray(current) ? (current as unknown[]) : undefined;
}

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Texts that look like numbers or booleans as such. Codes with leading zeros and what loses digits as a number stay text. */
function typed(value: unknown, options: { emptyIsNull?: boolean } = {}, depth = 0): unknown {
  if (depth > MAX_DEPTH) {
    throw new LlmspellError("value.too_deep", `the data is nested more than ${MAX_DEPTH} levels deep`);
  }
  if (Array.isArray(value)) return value.map((item: unknown) => typed(item, options, depth + 1));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, typed(item, options, depth + 1)]));
  }
  if (typeof value !== "string") return value;
  if (value === "" && options.emptyIsNull) return null;
  if (/^(?:true|false)$/i.test(value)) return value.toLowerCase() === "true";
  const number = NUMBER.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) && (Number.isSafeInteger(number) || !Number.isInteger(number)) ? number : value;
}
