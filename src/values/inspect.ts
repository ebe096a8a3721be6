import { LlmspellError } from "../errors.ts";
import {
  Handle,
  isPlainObject,
  ScriptFunction,
  type ScriptObject,
  type ScriptValue,
  TextValue,
} from "./script-value.ts";

export interface InspectOptions {
  /** Levels of arrays and objects that are shown. Default 6. */
  depth?: number;
  /** Elements shown of each array or object. Default 100. */
  items?: number;
  /** UTF-16 units shown of each nested string. Default 2,000. */
  stringLength?: number;
  /** UTF-16 units of the whole text, after which "…" ends it. Default 100,000. */
  length?: number;
  /** Longest line before an array or object is broken into one element a line. Default 80. */
  width?: number;
}

/**
 * A value as text for people, the same for every language: `{name: "Ada", tags: ["x", "y"]}`. Bounded in depth and
 * size; not meant to be parsed. The value must hold no cycle, as nothing that crossed the boundary does.
 */
export function inspect(value: ScriptValue, options: InspectOptions = {}): string {
  const limit = options.length ?? 100_000;
  const writer = new Writer(limit, options);
  const text = writer.show(value, "", options.depth ?? 6);
  return text.length > limit ? `${cut(text, limit)}…` : text;
}

class Writer {
  readonly #items: number;
  readonly #stringLength: number;
  readonly #width: number;
  /** What may still be written: once it is used up, nested values are left out. */
  #left: number;

  constructor(left: number, { items = 100, stringLength = 2000, width = 80 }: InspectOptions) {
    this.#left = left;
    this.#items = items;
    this.#stringLength = stringLength;
    this.#width = width;
  }

  show(value: ScriptValue, indent: string, depth: number): string {
    if (this.#left <= 0) return "…";
    if (Array.isArray(value)) return this.#list(value, indent, depth);
    if (isPlainObject(value)) return this.#object(value, indent, depth);
    const text = this.#scalar(value, indent, depth);
    this.#left -= text.length;
    return text;
  }

  #scalar(value: ScriptValue, indent: string, depth: number): string {
    if (value === null || value === undefined) return "null";
    if (typeof value === "string") return this.#string(value);
    if (Object.is(value, -0)) return "-0";
    if (typeof value !== "object") return String(value);
    if (value instanceof TextValue) return this.#string(value.text);
    if (value instanceof Uint8Array) return showBytes(value);
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? "<invalid time>" : value.toISOString();
    if (value instanceof ScriptFunction) return `<function ${value.name}>`;
    if (value instanceof LlmspellError) return `<error ${value.code}: ${cut(value.message, this.#stringLength)}>`;
    if (!(value instanceof Handle)) return `<${Object.prototype.toString.call(value).slice(8, -1)}>`;
    const name = `<${value.type} ${value.id}>`;
    return value.fields && depth > 0 ? `${name} ${this.#object(value.fields, indent, depth)}` : name;
  }

  #string(text: string): string {
    if (text.length <= this.#stringLength) return JSON.stringify(text);
    return `${JSON.stringify(cut(text, this.#stringLength))}… (${text.length} long)`;
  }

  #list(list: readonly ScriptValue[], indent: string, depth: number): string {
    if (list.length === 0) return "[]";
    if (depth <= 0) return `[… ${list.length}]`;
    const parts: string[] = [];
    for (let index = 0; index < list.length && this.#mayAdd(parts); index++) {
      parts.push(this.show(list[index], `${indent}  `, depth - 1));
    }
    return this.#enclose("[", parts, list.length, "]", indent);
  }

  #object(object: ScriptObject, indent: string, depth: number): string {
    const keys = Object.keys(object);
    if (keys.length === 0) return "{}";
    if (depth <= 0) return `{… ${keys.length}}`;
    const parts: string[] = [];
    for (const key of keys) {
      if (!this.#mayAdd(parts)) break;
      const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : this.#string(key);
      this.#left -= name.length + 2;
      parts.push(`${name}: ${this.show(object[key], `${indent}  `, depth - 1)}`);
    }
    return this.#enclose("{", parts, keys.length, "}", indent);
  }

  #mayAdd(parts: readonly string[]): boolean {
    return parts.length < this.#items && this.#left > 0;
  }

  #enclose(open: string, parts: string[], total: number, close: string, indent: string): string {
    if (parts.length < total) parts.push(`… ${total - parts.length} more`);
    const oneLine = `${open}${parts.join(", ")}${close}`;
    if (oneLine.length + indent.length <= this.#width && !oneLine.includes("\n")) return oneLine;
    this.#left -= parts.length * (indent.length + 3);
    return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(",\n")}\n${indent}${close}`;
  }
}

function showBytes(bytes: Uint8Array): string {
  const head = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `<${bytes.length} bytes${head === "" ? "" : `: ${head}${bytes.length > 16 ? " …" : ""}`}>`;
}

/** The first `length` units of a text, without splitting a surrogate pair. */
function cut(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? length - 1 : length);
}
