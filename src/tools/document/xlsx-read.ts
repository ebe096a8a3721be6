import type { CellValue } from "hucre/xlsx";
import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { filePath } from "../file/paths.ts";
import { defineTool } from "../tool.ts";
import { badFile, readOfficeFile } from "./office-file.ts";

const MAX_ROWS = 100_000;
const MAX_CELLS = 1_000_000;

export const xlsxRead = defineTool({
  name: "xlsx_read",
  category: "document",
  description:
    "Reads a sheet of an Excel workbook (XLSX) as records by the names in its first row, or as lists of cells. Formulas give their stored results.",
  tags: ["xlsx", "excel", "spreadsheet", "read"],
  parameters: z.object({
    path: filePath,
    sheet: z
      .union([z.string(), z.int().min(1)])
      .default(1)
      .describe("Name, or number from 1."),
    header: z
      .boolean()
      .default(true)
      .describe("Whether the first row names the columns: rows become records, else lists."),
    range: z
      .string()
      .regex(/^[A-Za-z]{1,3}[1-9]\d{0,6}:[A-Za-z]{1,3}[1-9]\d{0,6}$/, "expected cells like A1:D20")
      .optional()
      .describe('Only these cells, e.g. "A1:D20".'),
    offset: z.int().min(0).default(0).describe("Rows to skip, after the header."),
    limit: z.int().min(1).max(MAX_ROWS).default(1000).describe("Most rows to answer."),
  }),
  returns: z.object({
    sheets: z.array(z.string()),
    sheet: z.string(),
    columns: z.array(z.string()).optional(),
    rows: z.array(z.unknown()).describe("Records, or lists of cells; dates as ISO 8601 text."),
    count: z.int(),
    total: z.int().describe("Rows there are, without the header."),
    truncated: z.boolean(),
  }),
  effect: "read",
  permissions: ["fs.read"],
  examples: [{ description: "The first sheet", args: { path: "book.xlsx" } }],
  async execute({ path, sheet, header, range, offset, limit }, { files }) {
    const bytes = await readOfficeFile(files, path, "XLSX", "xl/workbook.xml");
    const { name, names, cells } = await readSheet(bytes, path, sheet, range);
    const columns = header ? columnNames(cells[0] ?? []) : undefined;
    const body = header ? cells.slice(1) : cells;
    const rows = body
      .slice(offset, offset + limit)
      .map((row) =>
        columns
          ? Object.fromEntries(columns.map((column, index) => [column, plain(row[index] ?? null)]))
          : row.map(plain),
      );
    return {
      sheets: names,
      sheet: name,
      ...(columns ? { columns } : {}),
      rows,
      count: rows.length,
      total: body.length,
      truncated: offset + limit < body.length,
    };
  },
});

async function readSheet(bytes: Uint8Array, path: string, wanted: string | number, range: string | undefined) {
  const { readXlsx } = await import("hucre/xlsx");
  const names: string[] = [];
  const isWanted = ({ name, index }: { name: string; index: number }) => {
    names[index] = name;
    return typeof wanted === "number" ? index === wanted - 1 : name === wanted;
  };
  const book = await readXlsx(bytes, {
    sheets: isWanted,
    maxRows: MAX_ROWS,
    ...(range === undefined ? {} : { range }),
  }).catch((cause: unknown) => {
    throw badFile(path, "XLSX", cause instanceof Error ? cause.message : String(cause), undefined, cause);
  });
  const [found] = book.sheets;
  if (!found) {
    throw new LlmspellError(
      "input.invalid",
      `"${path}" has no sheet ${typeof wanted === "number" ? wanted : `"${wanted}"`}`,
      {
        hint: `Sheets: ${names.join(", ")}.`,
      },
    );
  }
  const cells = range === undefined ? found.rows : cut(found.rows, range);
  if (cells.reduce((sum, row) => sum + row.length, 0) > MAX_CELLS) {
    throw new LlmspellError("value.too_large", `the sheet "${found.name}" has more than ${MAX_CELLS} cells`, {
      hint: "Read a part by range.",
    });
  }
  return { name: found.name, names, cells: withoutEmptyEnd(cells) };
}

/** The rows and columns of a range; the library answers those before it as empty. */
function cut(rows: readonly CellValue[][], range: string): CellValue[][] {
  const [from = "", to = ""] = range.toUpperCase().split(":");
  const [left, right] = [columnOf(from), columnOf(to)];
  return rows.slice(rowOf(from) - 1, rowOf(to)).map((row) => row.slice(left - 1, right));
}

function rowOf(cell: string): number {
  return Number(cell.replace(/^[A-Z]+/, ""));
}

function columnOf(cell: string): number {
  return [...cell.replace(/\d+$/, "")].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}

function withoutEmptyEnd(rows: CellValue[][]): CellValue[][] {
  const last = rows.findLastIndex((row) => row.some((cell) => cell !== null && cell !== ""));
  return rows.slice(0, last + 1);
}

/** Names of the columns; those without one are called by their letter, those that repeat get a number. */
function columnNames(row: readonly CellValue[]): string[] {
  const taken = new Map<string, number>();
  return row.map((cell, index) => {
    const text = cell === null ? "" : String(plain(cell)).trim();
    const name = text === "" ? letterOf(index + 1) : text;
    const seen = taken.get(name) ?? 0;
    taken.set(name, seen + 1);
    return seen === 0 ? name : `${name}_${seen + 1}`;
  });
}

function letterOf(column: number): string {
  const rest = Math.floor((column - 1) / 26);
  return (rest > 0 ? letterOf(rest) : "") + String.fromCharCode(65 + ((column - 1) % 26));
}

function plain(cell: CellValue): string | number | boolean | null {
  if (!(cell instanceof Date)) return cell;
  const text = cell.toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
}
