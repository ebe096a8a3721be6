import { CsvError } from "csv-parse";
import type { Options } from "csv-parse/sync";
import { parse } from "csv-parse/sync";
import { z } from "zod";
import { defineBridge } from "../bridge/define-bridge.ts";
import { anyValue } from "../bridge/schemas.ts";
import { LlmspellError } from "../errors.ts";
import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { setKey } from "../values/script-value.ts";
import { convertCell, csvTypes } from "./csv-cells.ts";
import { encodeRows } from "./csv-encode.ts";
import { checkParts, parseError, pure } from "./pure-method.ts";

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

function decode(text: string, options: z.output<typeof decodeOptions>): ScriptValue[] {
  checkParts("csv.decode", text, options?.delimiter ?? ",", "\n");
  const rows = parseRows(text, options);
  const withHeader = options?.header ?? options?.columns === undefined;
  const head = withHeader ? rows[0] : undefined;
  const names = options?.columns ?? (head && columnNames(head));
  const first = head ? 1 : 0;
  const width = names?.length ?? rows[first]?.length ?? 0;
  return rows.slice(first).map((record, position) => {
    const line = () => lineOf(text, options, first + position);
    if (!options?.ragged && record.length !== width) {
      throw parseError("csv.decode", `the row has ${record.length} fields, ${width} are expected`, { line: line() });
    }
    const cell = (index: number): ScriptValue => {
      const field = record[index];
      if (field === undefined) return null;
      return options?.types === undefined
        ? field
        : convertCell(field, names?.[index] ?? String(index), options.types, line);
    };
    if (!names) return record.map((_, index) => cell(index));
    const row: ScriptObject = {};
    for (const [index, name] of names.entries()) setKey(row, name, cell(index));
    return row;
  });
}

function settings(options: z.output<typeof decodeOptions>): Options {
  const { delimiter: between = ",", quote: around = '"', comment, trim = false } = options ?? {};
  const signs = [between, around, ...(comment === undefined ? [] : [comment])];
  if (new Set(signs).size < signs.length) {
    throw new LlmspellError("input.invalid", "csv.decode: delimiter, quote and comment must differ");
  }
  return {
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    delimiter: between,
    quote: around,
    escape: around,
    trim,
    ...(comment === undefined ? {} : { comment }),
  };
}

function parseRows(text: string, options: z.output<typeof decodeOptions>): string[][] {
  try {
    return parse(text, settings(options)) as unknown as string[][];
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause["lines"] === "number" ? cause["lines"] : undefined;
    const problem = cause.message.replace(/ at line \d+.*$/s, "");
    throw parseError("csv.decode", problem, line === undefined ? {} : { line }, cause);
  }
}

/** The line on which a row ends. Reads the text up to there again: only errors ask. */
function lineOf(text: string, options: z.output<typeof decodeOptions>, row: number): number {
  const rows = parse(text, { ...settings(options), info: true, to: row + 1 }) as unknown as {
    info: { lines: number };
  }[];
  return rows.at(-1)?.info.lines ?? 1;
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
