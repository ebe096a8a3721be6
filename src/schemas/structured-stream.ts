import { LlmspellError } from "../errors.ts";
import type { ScriptValue } from "../values/script-value.ts";
import type { JsonSchema } from "./json-schema.ts";
import { NO_VALUE, parseLenient } from "./parse-lenient.ts";
import { type StructuredReading, type TextFormat, readStructured } from "./read-structured.ts";
import { readXml } from "./read-xml.ts";
import { yamlReadings } from "./read-yaml.ts";
import { shapeXml } from "./shape-xml.ts";

const MAX_TEXT = 4 * 1024 * 1024;
/** A text is read anew when it has grown by this part of itself: in all, the work is linear. */
const GROWTH = 1 / 64;

/** A value of a text that comes in pieces: what of it is there already. */
export class StructuredStream {
  readonly format: TextFormat;
  readonly #schema: JsonSchema | undefined;
  #text = "";
  #read = 0;
  #value: ScriptValue | undefined;

  constructor(format: TextFormat, schema?: JsonSchema) {
    this.format = format;
    this.#schema = schema;
  }

  get text(): string {
    return this.#text;
  }

  /** What is there so far; undefined where that is nothing. Throws `value.too_large` beyond 4 million characters. */
  get value(): ScriptValue | undefined {
    return this.#value;
  }

  /** Takes a piece and answers what is there so far. Never fails for what the text is. */
  push(piece: string): ScriptValue | undefined {
    if (this.#text.length + piece.length > MAX_TEXT) {
      throw new LlmspellError("value.too_large", `a structured text of more than ${MAX_TEXT} characters`, {
        details: { limit: MAX_TEXT },
      });
    }
    this.#text += piece;
    if (this.#text.length - this.#read >= this.#read * GROWTH) {
      this.#read = this.#text.length;
      this.#value = this.#partial() ?? this.#value;
    }
    return this.#value;
  }

  /** The whole. Undefined where the text holds no value. Throws `parse.invalid` for XML that is refused. */
  finish(): StructuredReading | undefined {
    const reading = readStructured(this.#text, this.format, this.#schema);
    if (reading) this.#value = reading.value;
    return reading;
  }

  #partial(): ScriptValue | undefined {
    try {
      if (this.format === "yaml") return this.#partialYaml();
      if (this.format === "xml") return this.#partialXml();
    } catch {
      return undefined;
    }
    const start = this.#startOfJson();
    if (start === -1) return undefined;
    const value = parseLenient(this.#text.slice(start), { partial: true });
    return value === NO_VALUE ? undefined : (value as ScriptValue);
  }

  #startOfJson(): number {
    const fence = /```\w*\s*\n/.exec(this.#text);
    const from = fence ? fence.index + fence[0].length : 0;
    const rest = this.#text.slice(from);
    const type = this.#schema?.["type"];
    const opens = type === "object" ? /\{/ : type === "array" ? /\[/ : /[[{]/;
    if (/^\s*"/.test(rest)) return from;
    const at = rest.search(opens);
    return at === -1 ? -1 : from + at;
  }

  #partialYaml(): ScriptValue | undefined {
    for (const { value } of yamlReadings(this.#text, { partial: true }))
      if (typeof value === "object" && value !== null) return value as ScriptValue;
    return undefined;
  }

  #partialXml(): ScriptValue | undefined {
    const read = readXml(this.#text.replace(/^[^]*?```(?:xml)?\s*\n/, ""));
    return read && (this.#schema ? shapeXml(read.value, this.#schema) : read.value);
  }
}
