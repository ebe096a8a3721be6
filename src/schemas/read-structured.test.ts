import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ScriptValue } from "../values/script-value.ts";
import { readStructured, type TextFormat } from "./read-structured.ts";
import { StructuredStream } from "./structured-stream.ts";
import { writeStructured } from "./write-structured.ts";

const person = {
  type: "object",
  properties: {
    name: { type: "string" },
    age: { type: "integer" },
    tags: { type: "array", items: { type: "string" } },
  },
  required: ["name"],
};

function read(text: string, format: TextFormat = "json", schema?: Record<string, unknown>) {
  return readStructured(text, format, schema);
}

describe("reading JSON", () => {
  it.each<[string, unknown, string[]]>([
    ['{"a": 1}', { a: 1 }, []],
    ['{"a": 1,}', { a: 1 }, ["trailing comma"]],
    ["{'a': 'it is'}", { a: "it is" }, ["quotes"]],
    ["{a: 1}", { a: 1 }, ["unquoted key"]],
    ['{"a": True, "b": None}', { a: true, b: null }, ["literal"]],
    ['{"a": 1 /* one */}', { a: 1 }, ["comment"]],
    ['{"a": "x', { a: "x" }, ["cut off"]],
    ['{"a": "x\\u00', { a: "x" }, ["cut off"]],
    ['{"a": [1, 2', { a: [1, 2] }, ["cut off"]],
    ['{"a": tr', { a: true }, ["cut off"]],
    ['[1 "x"]', [1, "x"], ["missing comma"]],
    ["{a: x y}", { a: "x y" }, ["unquoted key", "unquoted text"]],
    ['{"a": 1 "b": 2}', { a: 1, b: 2 }, ["missing comma"]],
    ['{"a": "one\ntwo"}', { a: "one\ntwo" }, ["line break in text"]],
    ['```json\n{"a": 1}\n```', { a: 1 }, ["fence"]],
    ['Here: {"a": 1}. Done', { a: 1 }, ["prose around"]],
    ["{,,}", {}, ["extra comma", "trailing comma"]],
    ["[1, 2}", [1, 2], ["wrong bracket"]],
    ["+1_000", 1000, ["number"]],
  ])("%j", (text, value, repaired) => {
    const reading = read(text);
    expect(reading?.value).toEqual(value);
    expect(new Set(reading?.repaired)).toEqual(new Set(repaired));
  });

  it.each(["", "   ", "no value at all", "```\n```"])("finds nothing in %j", (text) => {
    expect(read(text)).toBeUndefined();
  });

  it("takes the value that fits a schema, not the first", () => {
    const text = 'An example is {"x": 1}. The answer is {"name": "Ada", "age": "36", "tags": "one"}.';
    expect(read(text, "json", person)).toMatchObject({ value: { name: "Ada", age: 36, tags: ["one"] }, problems: [] });
    expect(read('{"name": {}}', "json", person)?.problems.length).toBeGreaterThan(0);
    expect(read('{"value": [1]}', "json", { type: "array" })?.value).toEqual([1]);
  });

  it("reads what JSON.stringify writes as it is, repairing nothing", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(read(text)).toEqual({ value: JSON.parse(text) as unknown, repaired: [], problems: [] });
      }),
      { numRuns: 300 },
    );
  });

  it("never fails, whatever the text is", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        '"',
        "'",
        ",",
        ":",
        "\\",
        "```",
        "\n",
        "//",
        "/*",
        "<a>",
        "</a>",
        "&",
        "- ",
        "a: ",
        "*x",
        "&x",
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), fc.constantFrom<TextFormat>("json", "yaml", "xml"), (pieces, format) => {
        read(pieces.join(""), format);
        const stream = new StructuredStream(format);
        for (const part of pieces) stream.push(part);
        stream.finish();
      }),
      { numRuns: 200 },
    );
  });
});

describe("reading YAML", () => {
  it.each<[string, unknown, string[]]>([
    ["a: 1\nb: [x, y]\n", { a: 1, b: ["x", "y"] }, []],
    ["```yaml\na: 1\n```", { a: 1 }, ["fence"]],
    ["Sure! Here it is:\nname: Ada\n\nLet me know.", { name: "Ada" }, ["prose around"]],
    ["a:\n\t- 1\n\t- 2", { a: [1, 2] }, ["tabs"]],
    ["a:\n  - {b: 1, c: [1, 2", { a: [{ b: 1, c: [1, 2] }] }, ["cut off"]],
    ['a: "open', { a: "open" }, ["cut off"]],
    ["a: |\n  one\n  two", { a: "one\ntwo\n" }, []],
    ['{"a": 1}', { a: 1 }, []],
  ])("%j", (text, value, repaired) => {
    expect(read(text, "yaml")).toEqual({ value, repaired, problems: [] });
  });

  it.each([
    ["aliases that multiply", `a: &a [${"x,".repeat(20)}]\nb: &b [${"*a,".repeat(20)}]\nc: [${"*b,".repeat(20)}]`],
    ["an alias in itself", "a: &a {b: *a}"],
    ["brackets without end", "[".repeat(100_000)],
    ["lists in lists without end", "- ".repeat(50_000)],
  ])("refuses %s", (_, text) => {
    expect(read(text, "yaml")).toBeUndefined();
  });
});

describe("reading XML", () => {
  it.each<[string, unknown, string[]]>([
    ["<p><a>1</a><b x='2'>t</b></p>", { a: "1", b: { "@x": "2", "#text": "t" } }, []],
    ["<p><i>1</i><i>2</i></p>", { i: ["1", "2"] }, []],
    ["So: <p><a>Tom & Eve</a><b>x", { a: "Tom & Eve", b: "x" }, ["prose around", "unescaped character", "cut off"]],
    ["<p><a>1<b>2</p>", { a: { "#text": "1", b: "2" } }, ["unclosed element"]],
    ["<p a=b><c>1</c></p>", { "@a": "b", c: "1" }, ["unquoted attribute"]],
    ["```xml\n<p><a>1</a></p>\n```", { a: "1" }, ["fence"]],
    ["<?xml version='1.0'?><!-- c --><p><a><![CDATA[<x>]]></a></p>", { a: "<x>" }, []],
    ["<p>1 &lt; 2 &#65;&amp;</p>", "1 < 2 A&", []],
  ])("%j", (text, value, repaired) => {
    expect(read(text, "xml")).toEqual({ value, repaired, problems: [] });
  });

  it("gives the shape that a schema wants", () => {
    const text = "<answer><name>Ada</name><age>36</age><tags><item>a</item></tags></answer>";
    expect(read(text, "xml", person)).toMatchObject({ value: { name: "Ada", age: 36, tags: ["a"] }, problems: [] });
    const attributes = '<person name="Ada" age="36"><tags/></person>';
    expect(read(attributes, "xml", person)).toMatchObject({ value: { name: "Ada", age: 36, tags: [] }, problems: [] });
    const people = { type: "object", properties: { person }, required: ["person"] };
    expect(read("<person><name>A</name></person>", "xml", people)).toMatchObject({ value: { person: { name: "A" } } });
  });

  it.each([
    ["a document type", '<!DOCTYPE lolz [<!ENTITY lol "lol">]><a>&lol;</a>'],
    ["a document type that names a file", '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ["an entity behind the root", '<a><!ENTITY b "c"></a>'],
    ["too many levels", "<a>".repeat(300)],
    ["too many elements", `<a>${"<b/>".repeat(200_001)}</a>`],
  ])("refuses %s", (_, text) => {
    expect(() => read(text, "xml")).toThrow(expect.objectContaining({ code: "parse.invalid" }));
  });

  it("keeps names of every object's members keys", () => {
    const value = read("<a><__proto__>1</__proto__></a>", "xml")?.value as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe("a text that comes in pieces", () => {
  it("gives a value for every beginning of JSON, and the whole at the end", () => {
    fc.assert(
      fc.property(fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.array(fc.jsonValue())), (value) => {
        const text = JSON.stringify(value);
        const stream = new StructuredStream("json");
        for (const char of text) expect(stream.push(char)).toBeDefined();
        expect(stream.finish()?.value).toEqual(JSON.parse(text));
      }),
      { numRuns: 100 },
    );
  });

  it("only grows: texts get longer, lists and objects get members", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const stream = new StructuredStream("json");
        let before: unknown = {};
        for (const char of JSON.stringify(value)) {
          const now = stream.push(char);
          expect(isBeginning(before, now)).toBe(true);
          before = structuredClone(now);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("leaves out what is not certain yet", () => {
    const stream = new StructuredStream("json");
    expect(stream.push('```json\n{"n": 12')).toEqual({});
    expect(stream.push('3, "t": tr')).toEqual({ n: 123 });
    expect(stream.push('ue, "s": "\\ud83d')).toEqual({ n: 123, t: true, s: "" });
    expect(stream.push('\\ude00"')).toEqual({ n: 123, t: true, s: "😀" });
    expect(stream.finish()).toMatchObject({ value: { n: 123, t: true, s: "😀" }, repaired: ["fence", "cut off"] });
  });

  it.each<[TextFormat, string, unknown[]]>([
    ["yaml", "name: Ada\ntags:\n  - a\n  - b\n", [{ name: "Ada" }, { name: "Ada", tags: ["a", "b"] }]],
    [
      "xml",
      "<p><name>Ada</name><tags><item>a</item></tags></p>",
      [{ name: "A" }, { name: "Ada", tags: { item: "a" } }],
    ],
  ])("%s too", (format, text, expected) => {
    const stream = new StructuredStream(format);
    const seen = [...text].map((char) => JSON.stringify(stream.push(char)));
    for (const value of expected) expect(seen).toContain(JSON.stringify(value));
  });

  it("takes time in proportion to the text, and no more than 4 million characters", () => {
    const stream = new StructuredStream("json");
    stream.push('{"a": "');
    const started = performance.now();
    for (let pieces = 0; pieces < 50_000; pieces++) stream.push("0123456789");
    expect(performance.now() - started).toBeLessThan(5000);
    expect(() => stream.push("x".repeat(4 * 1024 * 1024))).toThrow(
      expect.objectContaining({ code: "value.too_large" }),
    );
  });
});

describe("writing", () => {
  it.each<TextFormat>(["json", "yaml"])("what is written as %s is read as it was", (format) => {
    // A line "Here it is:" is no key.
    const key = fc.string().filter((text) => !/^[A-Z]/.test(text));
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as ScriptValue;
        expect(read(writeStructured(plain, format, { root: "value", indent: 2 }), format)?.value).toEqual(plain);
      }),
      { numRuns: 100 },
    );
  });

  it("XML escapes what it must, and names what it may", () => {
    const value = { "a b": "1 < 2 & 3", "@id": '"x"', list: [1, { deep: null }], "1st": true };
    const text = writeStructured(value, "xml", { root: "the root", indent: 2 });
    expect(text).toBe(
      '<the_root id="&quot;x&quot;">\n  <a_b>1 &lt; 2 &amp; 3</a_b>\n  <list>1</list>\n  <list>\n    <deep/>\n  </list>\n  <_1st>true</_1st>\n</the_root>\n',
    );
    expect(read(text, "xml")?.value).toMatchObject({ a_b: "1 < 2 & 3", "@id": '"x"', list: ["1", { deep: "" }] });
  });
});

/** Whether `now` holds all of `before`, whose last text may have been shorter. */
function isBeginning(before: unknown, now: unknown): boolean {
  if (typeof before === "string" && typeof now === "string") return now.startsWith(before);
  if (Array.isArray(before)) return Array.isArray(now) && before.every((item, index) => isBeginning(item, now[index]));
  if (typeof before === "object" && before !== null) {
    if (typeof now !== "object" || now === null) return false;
    return Object.entries(before).every(
      ([key, item]) => Object.hasOwn(now, key) && isBeginning(item, (now as Record<string, unknown>)[key]),
    );
  }
  return Object.is(before, now) || before === now;
}
