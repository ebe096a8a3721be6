import type { ScriptObject, ScriptValue } from "../values/script-value.ts";
import { isPlainObject } from "../values/script-value.ts";
import { LlmspellError } from "../errors.ts";
import { refuseBytes, toPlain } from "./plain-data.ts";

export interface CsvEncodeOptions {
  header?: boolean | undefined;
  columns?: string[] | undefined;
  delimiter?: string | undefined;
  quote?: string | undefined;
  newline?: string | undefined;
  formulas?: "keep" | "escape" | undefined;
}

const METHOD = "csv.encode";

/** Rows as CSV text, each row ended by the newline. */
export function encodeRows(rows: readonly ScriptValue[], options: CsvEncodeOptions = {}): string {
  const { delimiter = ",", quote = '"', newline = "\n", formulas = "keep" } = options;
  if (delimiter === quote) throw new LlmspellError("input.invalid", `${METHOD}: delimiter and quote must differ`);
  const ofObjects = rows.length === 0 ? options.columns !== undefined : isPlainObject(rows[0]);
  refuseMixedRows(rows, ofObjects);
  const columns = options.columns ?? (ofObjects ? columnsOf(rows as ScriptObject[]) : undefined);
  const special = [delimiter, quote, "\n", "\r"];
  const field = (value: ScriptValue): string => {
    const text = fieldText(value);
    const safe = formulas === "escape" && typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    const bare = !special.some((part) => safe.includes(part)) && safe === safe.trim() && !safe.startsWith("\ufeff");
    return bare ? safe : `${quote}${safe.replaceAll(quote, quote + quote)}${quote}`;
  };
  const line = (cells: readonly ScriptValue[]): string => {
    const text = cells.map(field).join(delimiter);
    // A row of one empty field must not look like an empty line.
    return `${text === "" && cells.length > 0 ? quote + quote : text}${newline}`;
  };
  const head = columns && (options.header ?? true) ? line(columns) : "";
  const body = rows.map((row) =>
    line(Array.isArray(row) ? row : (columns ?? []).map((name) => own(row as ScriptObject, name))),
  );
  return head + body.join("");
}

function own(row: ScriptObject, name: string): ScriptValue {
  return Object.hasOwn(row, name) ? row[name] : null;
}

function columnsOf(rows: readonly ScriptObject[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

function fieldText(value: ScriptValue): string {
  const plain = toPlain(value ?? null, { method: METHOD, bytes: refuseBytes(METHOD), bigint: String });
  if (plain === null) return "";
  return typeof plain === "object" ? JSON.stringify(plain) : String(plain);
}

/** Throws `input.invalid` unless all rows are of one kind. */
function refuseMixedRows(rows: readonly ScriptValue[], ofObjects: boolean): void {
  for (const [index, row] of rows.entries()) {
    if (ofObjects ? isPlainObject(row) : Array.isArray(row)) continue;
    const wanted = ofObjects ? "an object" : "an array";
    throw new LlmspellError(
      "input.invalid",
      `${METHOD}: row ${index + 1} is not ${index === 0 ? "an object or an array" : `${wanted} like the first`}`,
    );
  }
}
