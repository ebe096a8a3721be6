import { describe, expect, it } from "vitest";
import { expandSchema } from "./short-form.ts";

describe("the short form", () => {
  it("takes a property that is any schema", () => {
    expect(expandSchema({ color: { enum: ["red", "blue"] }, size: "integer" }, false)).toEqual({
      type: "object",
      properties: { color: { enum: ["red", "blue"] }, size: { type: "integer" } },
      required: [],
      additionalProperties: false,
    });
  });

  it.each([
    [{ a: "strng" }, 'the schema of "a": "strng" is no type', 'Did you mean "string"?'],
    [{ a: "integer", b: { typ: "string" } }, 'the schema of "b": there is no keyword "typ"', 'Did you mean "type"?'],
    [{ a: 5 }, 'the schema of "a": it is neither a type nor a schema', expect.stringContaining("Types: string")],
  ])("refuses %j, which would let everything through", (schema, message, hint) => {
    const wrong: unknown = expect.objectContaining({ code: "schema.invalid", message, hint });
    expect(() => expandSchema(schema, false)).toThrow(wrong as Error);
  });

  it.each([{ $ref: "#/$defs/a" }, { description: "anything" }, {}, { enum: [1] }, { "x-own": 1 }])(
    "leaves JSON Schema alone: %j",
    (schema) => {
      expect(expandSchema(schema, false)).toEqual(schema);
    },
  );
});
