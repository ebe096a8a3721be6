import { describe, expect, it } from "vitest";
import { type ScriptValue, TextValue } from "../values/script-value.ts";
import { coerce } from "./coerce.ts";

const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: "object",
  properties,
  required,
});

describe("coerce", () => {
  it.each<[string, ScriptValue, object, ScriptValue]>([
    ["a number", "3", { type: "number" }, 3],
    ["a number with blanks and a sign", " -2.50 ", { type: "number" }, -2.5],
    ["an exponent", "1e3", { type: "integer" }, 1000],
    ["an integer written as a decimal", "3.0", { type: "integer" }, 3],
    ["a large integer", "9007199254740991", { type: "integer" }, 9007199254740991],
    ["a boolean", "True", { type: "boolean" }, true],
    ["a text from a number", 3.5, { type: "string" }, "3.5"],
    ["a text from a boolean", false, { type: "string" }, "false"],
    ["a text from a large integer", 2n ** 60n, { type: "string" }, "1152921504606846976"],
    ["a text from a time", new Date(0), { type: "string" }, "1970-01-01T00:00:00.000Z"],
    ["a text with fields", new TextValue("yes", {}), { type: "string" }, "yes"],
    ["a list of one", "a", { type: "array", items: { type: "string" } }, ["a"]],
    ["a list of one, its value too", "4", { type: "array", items: { type: "integer" } }, [4]],
    ["JSON of a list", "[1, 2]", { type: "array" }, [1, 2]],
    ["JSON of an object", '{"a": "1"}', object({ a: { type: "integer" } }), { a: 1 }],
    ["an empty table as a list", {}, { type: "array" }, []],
    ["an empty list as an object", [], { type: "object" }, {}],
    ["an enumeration of numbers", "2", { enum: [1, 2] }, 2],
    ["a constant", "true", { const: true }, true],
    ["one of several types", "5", { type: ["null", "integer"] }, 5],
    ["a choice", "5", { anyOf: [{ type: "boolean" }, { type: "integer" }] }, 5],
    ["all of several", { a: "1" }, { allOf: [object({ a: { type: "integer" } })] }, { a: 1 }],
    ["a reference", ["1"], { type: "array", items: { $ref: "#/$defs/n" }, $defs: { n: { type: "integer" } } }, [1]],
    ["what other members must be", { x: "1" }, { type: "object", additionalProperties: { type: "integer" } }, { x: 1 }],
  ])("makes %s", (_, value, schema, wanted) => {
    expect(coerce(value, schema as Record<string, unknown>)).toEqual(wanted);
  });

  it.each<[string, ScriptValue, object]>([
    ["a word where a number is wanted", "three", { type: "number" }],
    ["an empty text", "", { type: "number" }],
    ["hexadecimal", "0x10", { type: "number" }],
    ["a fraction where an integer is wanted", "3.7", { type: "integer" }],
    ["digits that would go", "9007199254740993", { type: "integer" }],
    ["decimals that would go", "0.12345678901234567890", { type: "number" }],
    ["what would be infinite", "1e400", { type: "number" }],
    ["what would be nothing", "1e-400", { type: "number" }],
    ["yes for true", "yes", { type: "boolean" }],
    ["1 for true", 1, { type: "boolean" }],
    ["a fraction for an integer", 3.7, { type: "integer" }],
    ["a list for its one value", ["a"], { type: "string" }],
    ["a list where an object is wanted", [1], { type: "object" }],
    ["an object as a text", { a: 1 }, { type: "string" }],
    ["broken JSON", "{a:", { type: "object" }],
    ["no number as text", Number.NaN, { type: "string" }],
    ["what fits one of several already", "5", { type: ["integer", "string"] }],
    ["what fits a choice already", "5", { anyOf: [{ type: "integer" }, { type: "string" }] }],
    ["what a list cannot hold", "a", { type: "array", items: { type: "integer" } }],
    ["a reference that leads nowhere", "1", { $ref: "#/$defs/none" }],
  ])("leaves %s as it is", (_, value, schema) => {
    expect(coerce(value, schema as Record<string, unknown>)).toEqual(value);
  });

  it("fills defaults in and drops nils that a property may not be", () => {
    const schema = object({
      size: { type: "integer", default: 10 },
      unit: { type: "string" },
      note: { type: ["string", "null"] },
      any: {},
      tags: { type: "array", default: [] },
    });
    expect(coerce({ unit: null, note: null, any: null, other: null, size: null }, schema)).toEqual({
      size: 10,
      note: null,
      any: null,
      other: null,
      tags: [],
    });
    expect(coerce({ unit: null }, object({ unit: { type: "string" } }, ["unit"]))).toEqual({ unit: null });
  });

  it("never changes what it is given, nor the schema's own default", () => {
    const given = { list: ["1"], deep: { a: "1" } };
    const schema = object({
      list: { type: "array", items: { type: "integer" } },
      deep: object({ a: { type: "integer" } }),
      more: { type: "array", default: [1] },
    });
    const made = coerce(given, schema) as { more: number[] };
    made.more.push(2);
    expect(given).toEqual({ list: ["1"], deep: { a: "1" } });
    expect(coerce(given, schema)).toEqual({ list: [1], deep: { a: 1 }, more: [1] });
  });

  it("keeps hostile keys keys, and ends on endless schemas", () => {
    const hostile = JSON.parse('{"__proto__": {"admin": true}, "n": "1"}') as ScriptValue;
    const made = coerce(hostile, object({ n: { type: "integer" } })) as Record<string, unknown>;
    expect(Object.keys(made)).toEqual(["__proto__", "n"]);
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect(made.n).toBe(1);
    const endless = { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } };
    expect(coerce("1", endless)).toBe("1");
  });
});
