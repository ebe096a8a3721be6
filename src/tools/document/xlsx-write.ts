import type { CellValue } from "hucre/xlsx";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { isPlainObject } from "../../values/script-value.ts";
import { filePath, overwrite, refuseExisting } from "../file/paths.ts";
import { defineTool } from "../tool.ts";

const MAX_CELLS = 500_000;
const MAX_CELL_CHARACTERS = 32_767;

const rows = z.array(z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]));

export const xlsxWrite = defineTool({
  name: "xlsx_write",
  category: "document",
  description:
    "Makes an Excel workbook (XLSX) of records or lists of cells, in one sheet or several. Texts like 2024-05-06 become dates with dates: true.",
  tags: ["xlsx", "excel", "spreadsheet", "write"],
  parameters: z.object({
    path: filePath,
    rows: rows.optional().describe("Records (their names become the first row) or lists of cells, for one sheet."),
    sheets: z
      .array(z.object({ name: z.string().min(1).max(31), rows }))
      .min(1)
      .max(100)
      .optional()
      .describe("Several sheets, instead of rows."),
    dates: z.boolean().default(false).describe("Writes texts that are dates or times in ISO 8601 as such."),
    overwrite,
  }),
  returns: z.object({
    path: z.string(),
    bytes: z.int(),
    sheets: z.array(z.object({ name: z.string(), rows: z.int() })),
  }),
  effect: "write",
  permissions: ["fs.read", "fs.write"],
  destructive: true,
  examples: [
    {
      description: "Records",
      args: {
        path: "new.xlsx",
        rows: [
          { name: "Ann", amount: 12.5 },
          { name: "Bo", amount: 3 },
        ],
      },
    },
  ],
  async execute({ path, rows: single, sheets: several, dates, overwrite: replace }, { files }) {
    if ((single === undefined) === (several === undefined))
      throw new LlmspellError("input.invalid", "pass either rows or sheets");
    refuseExisting(files, path, replace);
    const sheets = (several ?? [{ name: "Sheet1", rows: single ?? [] }]).map((sheet) => ({
      name: sheet.name,
      rows: toCells(sheet.name, sheet.rows, dates),
    }));
    if (sheets.reduce((sum, sheet) => sum + sheet.rows.reduce((cells, row) => cells + row.length, 0), 0) > MAX_CELLS) {
      throw new LlmspellError("value.too_large", `a workbook may have ${MAX_CELLS} cells`, {
        hint: "Write CSV instead, or several files.",
      });
    }
    const { writeXlsx } = await import("hucre/xlsx");
    const bytes = await writeXlsx({ sheets }).catch((cause: unknown) => {
      throw new LlmspellError("input.invalid", cause instanceof Error ? cause.message : String(cause), { cause });
    });
    files.write(path, bytes);
    return {
      path,
      bytes: bytes.length,
      sheets: sheets.map((sheet) => ({ name: sheet.name, rows: sheet.rows.length })),
    };
  },
});

function toCells(name: string, given: z.output<typeof rows>, dates: boolean): CellValue[][] {
  const isRecords = isPlainObject(given[0]);
  const wrong = given.findIndex((row) => isPlainObject(row) !== isRecords);
  if (wrong >= 0) {
    throw new LlmspellError(
      "input.invalid",
      `row ${wrong + 1} of the sheet "${name}" is of another kind than the first`,
      {
        hint: "All rows of a sheet are records, or all are lists.",
      },
    );
  }
  if (!isRecords) return given.map((row) => (row as unknown[]).map((value) => toCell(value, dates)));
  const records = given as Record<string, unknown>[];
  const columns = [...new Set(records.flatMap((record) => Object.keys(record)))];
  return [
    columns,
    ...records.map((record) =>
      columns.map((column) => toCell(Object.hasOwn(record, column) ? record[column] : null, dates)),
    ),
  ];
}

function toCell(value: unknown, dates: boolean): CellValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "boolean" || value instanceof Date) return value;
  const text = typeof value === "string" ? value : typeof value === "bigint" ? String(value) : JSON.stringify(value);
  if (text.length > MAX_CELL_CHARACTERS) {
    throw new LlmspellError(
      "value.too_large",
      `a cell may hold ${MAX_CELL_CHARACTERS} characters, one has ${text.length}`,
    );
  }
  const isDate =
    dates && /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?Z?)?$/.test(text) && !Number.isNaN(Date.parse(text));
  return isDate ? new Date(text.length === 10 || text.endsWith("Z") ? text : `${text}Z`) : text;
}
