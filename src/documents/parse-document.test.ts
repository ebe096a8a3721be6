import { describe, expect, test } from "vitest";
import type { LlmspellError } from "../errors.ts";
import { type DocumentFormat, documentFormat, parseDocument } from "./parse-document.ts";

const read = (text: string, format: DocumentFormat) =>
  parseDocument(text, format, { file: "f", code: "config.invalid" });

async function problemOf(text: string, format: DocumentFormat): Promise<string> {
  const error = (await read(text, format).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )) as LlmspellError;
  expect(error.code).toBe("config.invalid");
  const { line, column } = error.frames?.[0] ?? {};
  return `${line}:${column} ${error.message}`;
}

const TEXTS: Record<DocumentFormat, string> = {
  yaml: "name: x\nlist:\n  - name: a\n    type: string\n  - name: b\nmap: { inner: 1 }\n",
  json: '{\n  "name": "x",\n  "list": [\n    { "name": "a", "type": "string" },\n    { "name": "b" }\n  ],\n  "map": { "inner": 1 }\n}\n',
  toml: 'name = "x"\n\n[[list]]\nname = "a"\ntype = "string"\n[[list]]\nname = "b"\n[map]\ninner = 1\n',
};

describe.each(Object.entries(TEXTS) as [DocumentFormat, string][])("%s", (format, text) => {
  test("gives data and where its parts stand", async () => {
    const document = await read(text, format);
    expect(document.value).toEqual({
      name: "x",
      list: [{ name: "a", type: "string" }, { name: "b" }],
      map: { inner: 1 },
    });
    const lines = text.split("\n");
    const lineOf = (path: PropertyKey[]) => lines[document.placeOf(path).line - 1];
    expect(lineOf(["name"])).toContain("name");
    expect(lineOf(["list", 0, "type"])).toContain("type");
    expect(lineOf(["list", 1, "name"])).toContain("b");
    expect(lineOf(["map", "inner"])).toContain("inner");
    expect(lineOf(["map", "missing"])).toContain("map");
    expect(document.placeOf(["missing"]).line).toBe(1);
  });

  test("keeps a key __proto__ as a key", async () => {
    const hostile = { yaml: "__proto__: { a: 1 }", json: '{ "__proto__": { "a": 1 } }', toml: "[__proto__]\na = 1" };
    const { value } = await read(hostile[format], format);
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect((value as { a?: unknown }).a).toBeUndefined();
  });
});

test("TOML keys inside texts of several lines are none", async () => {
  const document = await read('a = """\nb = 1\n"""\nb = 2\n', "toml");
  expect(document.placeOf(["b"]).line).toBe(4);
});

test.each<[string, DocumentFormat, string]>([
  ["a: 1\na: 2", "yaml", '2:1 f: the key "a" is repeated'],
  ['{"a": 1,\n "a": 2}', "json", '2:2 f: the key "a" is repeated'],
  ["a = 1\na = 2", "toml", "2:"],
  ["a: [1", "yaml", "1:6 f: Flow sequence"],
  ["a:\n\t- 1", "yaml", "2:1 f: Tabs are not allowed"],
  ["a: 1\n---\nb: 2", "yaml", "2:1 f: there is more than one document"],
  ["a: !!js/function x", "yaml", "1:4 f: Unresolved tag"],
  ["a: &a [*a]", "yaml", "1:1 f: a list or map contains its own alias"],
  ['{"a": }', "json", "1:7 f: it is no valid JSON: expected a value"],
  ['{\n  "a": 1', "json", "2:9 f: it is no valid JSON"],
  ["a: 1", "json", "1:1 f: it is no valid JSON"],
  ["a = ", "toml", "1:"],
])("%j as %s fails with its place", async (text, format, expected) => {
  expect(await problemOf(text, format)).toContain(expected);
});

test("aliases that multiply and deep nesting fail soon", async () => {
  const laughs = ["a0: &a0 [x, x]", ...Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)];
  expect(await problemOf(laughs.join("\n"), "yaml")).toContain("Excessive alias count");
  expect(await problemOf("[".repeat(20_000), "yaml")).toContain("nested too deeply");
  expect(await problemOf(`a = ${"[".repeat(20_000)}`, "toml")).toMatch(/deep|nested/);
});

test("formats go by extension", () => {
  expect(["a.yaml", "a.YML", "a.toml", "a.json", "a.lua"].map(documentFormat)).toEqual([
    "yaml",
    "yaml",
    "toml",
    "json",
    undefined,
  ]);
});
