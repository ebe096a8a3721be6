import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { anyValue } from "../bridge/schemas.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { setKey } from "../values/script-value.ts";
import { convertCell, csvTypes } from "./csv-cells.ts";
import { encodeRows } from "./csv-encode.ts";
import { parseError, pure } from "./pure-method.ts";

const delimiter = z.string().min(1).max(8).optional().describe("Default: a comma.");
const quote = z.string().length(1).optional().describe('Default: `"`.');

const decodeOptions = z
  .strictObject({
    header: z
      .boolean()
      .optional()
      .describe("Whether the first row names the columns: rows become objects, else arrays. Default true."),
    columns: z
      .array(z.string())
      .optional()
      .describe("Names of the columns, for text without a header row; rows become objects."),
    delimiter,
    quote,
    comment: z.string().min(1).max(8).optional().describe("Rows that start with this are skipped. Default: none."),
    trim: z.boolean().optional().describe("Drops white space around unquoted fields."),
    types: csvTypes,
    ragged: z
      .boolean()
      .optional()
      .describe("Accepts rows of other lengths than the first: missing fields are nil, further ones dropped."),
  })
  .optional();

const encodeOptions = z
  .strictObject({
    header: z
      .boolean()
      .optional()
      .describe("Whether the names of the columns come first. Default: true for objects and where columns are named."),
    columns: z
      .array(z.string())
      .optional()
      .describe("Which fields, in this order. Default: all, in order of first appearance."),
    delimiter,
    quote,
    newline: z.enum(["\n", "\r\n"]).optional().describe('Default "\\n".'),
    formulas: z
      .enum(["keep", "escape"])
      .optional()
      .describe('"escape" puts `\'` before text that a spreadsheet would run. Default "keep".'),
  })
  .optional();

/** CSV after RFC 4180. */
export const csvBridge = defineBridge({
  name: "csv",
  summary: "CSV text (RFC 4180).",
  methods: {
    decode: pure({
      summary:
        "Reads CSV into a list of objects, or of arrays with `header: false`. Fields are text unless `types` says otherwise; empty " +
        "lines and a byte order mark are skipped. Fails with `parse.invalid`, whose details hold the line.",
      input: { text: z.string(), options: decodeOptions },
      output: z.array(anyValue),
      run: ({ text, options }) => decode(text, options),
    }),
    encode: pure({
      summary:
        "Writes a list of objects or of arrays as CSV. Nil becomes an empty field, times ISO 8601 text, arrays and objects JSON; " +
        "bytes, functions and handles fail with `value.unsupported`.",
      input: { rows: z.array(anyValue), options: encodeOptions },
      output: z.string(),
      run: ({ rows, options }) => encodeRows(rows, options),
    }),
  },
});

interface ParsedRow {
  record: string[];
  info: { lines: number };
}

function decode(text: string, options: z.output<typeof decodeOptions>): ScriptValue[] {
  const parsed = parseRows(text, options);
  const withHeader = options?.header ?? options?.columns === undefined;
  const head = withHeader ? parsed.shift() : undefined;
  const names = options?.columns ?? (head && columnNames(head.record));
  const width = names?.length ?? parsed[0]?.record.length ?? 0;
  return parsed.map(({ record, info }) => {
    if (!options?.ragged && record.length !== width) {
      throw parseError("csv.decode", `the row has ${record.length} fields, ${width} are expected`, {
        line: info.lines,
      });
    }
    const cell = (index: number): ScriptValue => {
      const field = record[index];
      return field === undefined
        ? null
        : convertCell(field, names?.[index] ?? String(index), options?.types, info.lines);
    };
    if (!names) return record.map((_, index) => cell(index));
    const row: ScriptObject = {};
    for (const [index, name] of names.entries()) setKey(row, name, cell(index));
    return row;
  });
}

function parseRows(text: string, options: z.output<typeof decodeOptions>): ParsedRow[] {
  try {
    return parse(text, {
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count: true,
      delimiter: options?.delimiter ?? ",",
      quote: options?.quote ?? '"',
      escape: options?.quote ?? '"',
      trim: options?.trim ?? false,
      ...(options?.comment === undefined ? {} : { comment: options.comment }),
    }) as unknown as ParsedRow[];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause["lines"] === "number" ? cause["lines"] : undefined;
    throw parseError(
      "csv.decode",
      cause.message.replace(/ at line \d+.*$/s, ""),
      line === undefined ? {} : { line },
      cause,
    );
  }
}

function columnNames(header: readonly string[]): string[] {
  const seen = new Set<string>();
  for (const name of header) {
    if (seen.has(name))
      throw parseError("csv.decode", `two columns are named "${name}"; pass columns, or header: false`, { line: 1 });
    seen.add(name);
  }
  return [...header];
}
