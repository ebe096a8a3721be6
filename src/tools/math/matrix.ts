import { z } from "zod";
import { LlmspellError } from "../../errors.ts";
import { defineTool } from "../tool.ts";

type Matrix = readonly (readonly number[])[];

const LARGEST = 200;
/** Pivots below this share of the largest number are zero but for rounding. */
const NEGLIGIBLE = 1e-12;

const matrixSchema = z.array(z.array(z.number()).min(1).max(LARGEST)).min(1).max(LARGEST);

export const matrix = defineTool({
  name: "matrix",
  category: "math",
  description:
    "Computes with matrices (lists of rows): determinant, inverse, transpose, rank, sum, difference, product, and solving a x = b.",
  tags: ["matrix", "linear algebra", "solve", "inverse", "determinant"],
  parameters: z.object({
    operation: z
      .enum(["determinant", "inverse", "transpose", "rank", "add", "subtract", "multiply", "solve"])
      .describe("What to compute."),
    a: matrixSchema.describe(`The matrix, row by row; at most ${LARGEST} rows and columns.`),
    b: z
      .union([matrixSchema, z.array(z.number()).min(1).max(LARGEST)])
      .optional()
      .describe("The other matrix; for solve also a list: the right-hand side."),
  }),
  returns: z.object({ result: z.union([z.number(), z.array(z.number()), z.array(z.array(z.number()))]) }),
  effect: "pure",
  permissions: [],
  examples: [
    {
      description: "Determinant",
      args: {
        operation: "determinant",
        a: [
          [1, 2],
          [3, 4],
        ],
      },
    },
    {
      description: "Two equations",
      args: {
        operation: "solve",
        a: [
          [2, 1],
          [1, 3],
        ],
        b: [3, 5],
      },
    },
  ],
  execute({ operation, a, b }) {
    checkRows(a, "a");
    if (operation === "transpose") return { result: transpose(a) };
    if (operation === "rank") return { result: eliminate(a, identity(a.length)).rank };
    if (operation === "determinant") return { result: eliminate(square(a), identity(a.length)).determinant };
    if (operation === "inverse") return { result: solve(square(a), identity(a.length)) };
    const other = otherOf(operation, b);
    if (operation === "multiply") return { result: multiply(a, other) };
    if (operation === "solve") {
      if (other.length !== a.length) throw wrong(`a has ${a.length} rows, b ${other.length}`);
      const solved = solve(square(a), other);
      return { result: Array.isArray(b?.[0]) ? solved : solved.map(([value]) => value as number) };
    }
    const sign = operation === "add" ? 1 : -1;
    if (other.length !== a.length || width(other) !== width(a))
      throw wrong(`${shape(a)} and ${shape(other)} do not fit`);
    return { result: a.map((row, r) => row.map((value, c) => value + sign * at(other, r, c))) };
  },
});

function otherOf(operation: string, b: Matrix | readonly number[] | undefined): Matrix {
  if (b === undefined) throw wrong(`${operation} wants a second matrix, b`);
  const rows = Array.isArray(b[0]) ? (b as Matrix) : (b as readonly number[]).map((value) => [value]);
  checkRows(rows, "b");
  return rows;
}

function checkRows(rows: Matrix, name: string): void {
  const other = rows.findIndex((row) => row.length !== width(rows));
  if (other > 0)
    throw wrong(`row ${other + 1} of ${name} has ${rows[other]?.length} numbers, the first ${width(rows)}`);
}

function square(a: Matrix): Matrix {
  if (a.length === width(a)) return a;
  throw wrong(`the matrix must be square, it is ${shape(a)}`);
}

function solve(a: Matrix, right: Matrix): number[][] {
  const { solution } = eliminate(a, right);
  if (solution) return solution;
  throw wrong("the matrix is singular: it has no inverse, and its equations no single solution");
}

/** Gauss-Jordan elimination with partial pivoting. */
function eliminate(a: Matrix, right: Matrix): { determinant: number; rank: number; solution: number[][] | undefined } {
  const rows = a.map((row, index) => [...row, ...(right[index] ?? [])]);
  const columns = width(a);
  const largest = Math.max(...a.flat().map(Math.abs));
  let determinant = 1;
  let rank = 0;
  for (let column = 0; column < columns && rank < rows.length; column++) {
    let pivot = rank;
    for (let row = rank + 1; row < rows.length; row++)
      if (Math.abs(at(rows, row, column)) > Math.abs(at(rows, pivot, column))) pivot = row;
    const value = at(rows, pivot, column);
    if (Math.abs(value) <= largest * NEGLIGIBLE) {
      determinant = 0;
      continue;
    }
    if (pivot !== rank) {
      [rows[pivot], rows[rank]] = [rows[rank] as number[], rows[pivot] as number[]];
      determinant = -determinant;
    }
    determinant *= value;
    const top = (rows[rank] as number[]).map((each) => each / value);
    rows[rank] = top;
    for (const [index, row] of rows.entries()) {
      const factor = row[column] as number;
      if (index !== rank && factor !== 0) rows[index] = row.map((each, c) => each - factor * (top[c] as number));
    }
    rank += 1;
  }
  const full = rank === columns && rank === a.length;
  return { determinant, rank, solution: full ? rows.map((row) => row.slice(columns)) : undefined };
}

function multiply(a: Matrix, b: Matrix): number[][] {
  if (width(a) !== b.length) throw wrong(`${shape(a)} and ${shape(b)} cannot be multiplied`);
  const columns = transpose(b);
  return a.map((row) =>
    columns.map((column) => row.reduce((sum, value, index) => sum + value * (column[index] as number), 0)),
  );
}

function transpose(a: Matrix): number[][] {
  return Array.from({ length: width(a) }, (_, column) => a.map((row) => row[column] as number));
}

function identity(size: number): number[][] {
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (__, column) => (row === column ? 1 : 0)),
  );
}

function at(rows: Matrix, row: number, column: number): number {
  return rows[row]?.[column] ?? 0;
}

function width([first]: Matrix): number {
  return first?.length ?? 0;
}

function shape(a: Matrix): string {
  return `${a.length} x ${width(a)}`;
}

function wrong(message: string): LlmspellError {
  return new LlmspellError("input.invalid", `matrix: ${message}`);
}
