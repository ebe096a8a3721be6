import { readFileSync } from "node:fs";
import { documentFormat, parseDocument } from "../documents/parse-document.ts";
import { LlmspellError } from "../errors.ts";
import type { GivenParameter } from "../spells/parameters.ts";
import { isPlainObject } from "../values/script-value.ts";

const MAX_BYTES = 10 * 1024 * 1024;

/** Parameters of a `--params-file`: YAML, JSON or TOML by its extension, YAML for any other. Throws `params.invalid`. */
export async function readParamsFile(file: string): Promise<GivenParameter[]> {
  const text = readText(file);
  const source = { file, code: "params.invalid" } as const;
  const { value } = await parseDocument(text, documentFormat(file) ?? "yaml", source);
  if (value === null) return [];
  if (isPlainObject(value)) return Object.entries(value).map(([name, item]) => ({ name, value: item }));
  throw new LlmspellError("params.invalid", `${file} holds no parameters: expected names and values`, {
    frames: [{ file, line: 1 }],
  });
}

function readText(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const problem =
      code === "ENOENT"
        ? "does not exist"
        : code === "ERR_ENCODING_INVALID_ENCODED_DATA"
          ? "is not valid UTF-8 text"
          : `cannot be read: ${message}`;
    throw new LlmspellError("usage.invalid", `--params-file: ${file} ${problem}`, { cause });
  }
}
