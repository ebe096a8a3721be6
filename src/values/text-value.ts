import type { ScriptObject } from "./script-value.ts";

/**
 * What a model or an agent answers: a text that carries fields (`content`, `usage`, ...). In JavaScript a String
 * object with properties, in Lua a value with string methods and fields; where a schema wants a string, it is one.
 */
export class TextValue {
  readonly text: string;
  readonly fields: ScriptObject;

  constructor(text: string, fields: ScriptObject) {
    this.text = text;
    this.fields = fields;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}
