import { describe, expect, test } from "vitest";
import { type DocumentFormat, parseDocument } from "../documents/parse-document.ts";
import type { LlmspellError } from "../errors.ts";
import type { SpellManifest } from "./manifest.ts";
import { readManifest } from "./read-manifest.ts";

async function read(text: string, format: DocumentFormat = "yaml"): Promise<SpellManifest> {
  const source = { file: "spell.yaml", code: "manifest.invalid", text } as const;
  return (await readManifest(await parseDocument(text, format, source), source)).manifest;
}

async function problemOf(text: string, format: DocumentFormat = "yaml"): Promise<string> {
  const error = (await read(text, format).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )) as LlmspellError;
  expect(error?.code).toBe("manifest.invalid");
  return `${error.frames?.[0]?.line}: ${error.message}`;
}

describe("a manifest", () => {
  const expected = {
    name: "tides",
    parameters: [
      { name: "max_results", type: "integer", min: 1, default: 5 },
      { name: "tags", type: "array", items: { type: "string", maxLength: 9 } },
    ],
    limits: { memoryBytes: 128 * 1024 * 1024, cpuMs: 10_000, timeoutMs: 300_000, hostCalls: 50 },
    permissions: { net: ["a.example"], privateNet: [], fs: "read" },
    models: { model: "offline", requireModel: true },
    keywords: [],
    dependencies: [],
  };

  test.each<[DocumentFormat, string]>([
    [
      "yaml",
      `name: tides
parameters:
  - { name: max_results, type: integer, minimum: 1, default: 5 }
  - { name: tags, type: array, items: { max_length: 9 } }
limits: { memory: 128MB, cpu: 10, timeout: 5m, host_calls: 50 }
permissions: { net: [a.example], private_net: [], fs: read }
models: { default: offline, required: true }
author:
`,
    ],
    [
      "toml",
      `name = "tides"
[parameters.max_results]
type = "integer"
min = 1
default = 5
[parameters.tags]
type = "array"
items = { maxLength = 9 }
[limits]
memory = "128MB"
cpu = 10
timeout = "5m"
hostCalls = 50
[permissions]
net = ["a.example"]
privateNet = []
fs = "read"
[models]
default = "offline"
required = true
`,
    ],
    [
      "json",
      `{"name": "tides", "parameters": {"max_results": {"type": "integer", "min": 1, "default": 5},
 "tags": {"items": {"type": "string", "maxLength": 9}}},
 "limits": {"memory": "128MB", "cpu": "10s", "timeout": 300, "hostCalls": 50},
 "permissions": {"net": ["a.example"], "privateNet": [], "fs": "read"},
 "models": {"default": "offline", "required": true}}`,
    ],
  ])("says the same in %s", async (format, text) => {
    expect(await read(text, format)).toEqual(expected);
  });

  test("may leave out the type of a parameter", async () => {
    const { parameters } = await read(
      "parameters: { a: { enum: [x] }, b: { default: 1 }, c: { default: true }, d: { default: [] }, e: { default: {} }, f: , g: {} }",
    );
    expect(parameters.map(({ type }) => type)).toEqual([
      "enum",
      "number",
      "boolean",
      "array",
      "object",
      "string",
      "string",
    ]);
  });
});

test.each([
  ["name: x\nengin: lua", '2: spell.yaml: unknown key "engin" (did you mean "engine"?)'],
  ["- a", "1: spell.yaml: expected keys and values"],
  ["", "1: spell.yaml: expected keys and values"],
  ["version: 1.0", "1: spell.yaml: version: expected a text"],
  ['version: "1.0"', "1: spell.yaml: version: expected a version such as 1.0.0"],
  ["parameters: 5", "1: spell.yaml: expected a list of parameters, or a map by name"],
  ["parameters:\n  x:\n    typ: string", '3: spell.yaml: unknown key "typ" (did you mean "type"?)'],
  ["parameters:\n  - name: a\n  - name: b\n    items: { tipe: string }", '4: spell.yaml: unknown key "tipe"'],
  ["parameters:\n  - type: string", "2: spell.yaml: name: expected a text"],
  ["parameters:\n  - name: a\n    type: strin", "3: spell.yaml: type: expected one of string, number"],
  ["parameters:\n  - name: --help", "2: spell.yaml: name: a parameter's name has letters"],
  ["parameters:\n  __proto__: { type: string }", "2: spell.yaml: name: a parameter's name has letters"],
  ["parameters:\n  -p: {}", "2: spell.yaml: name: a parameter's name has letters"],
  ["parameters:\n  - name: a\n  - name: a", "3: spell.yaml: there are two parameters named a"],
  ["parameters:\n  a_b: {}\n  aB: {}", "3: spell.yaml: aB and a_b would have the same flag, --a-b"],
  ["parameters:\n  a: { type: number, default: x }", '2: spell.yaml: the default of a wants a number, got "x"'],
  ["parameters:\n  a:\n    enum: [x, y]\n    default: z", '4: spell.yaml: the default of a wants one of x, y, got "z"'],
  ["parameters:\n  a: { type: number, pattern: x }", '2: spell.yaml: "pattern" is for the type string'],
  ["parameters:\n  a: { min: 1 }", '2: spell.yaml: "min" is for the type number or integer, and a is of type string'],
  ["parameters:\n  a: { type: number, min: 3, max: 2 }", "2: spell.yaml: a: min is above max"],
  ["parameters:\n  a: { type: enum }", "2: spell.yaml: a is an enum and lists no values"],
  ["parameters:\n  a: { type: integer, enum: [1, x] }", "2: spell.yaml: a choice of a is not a whole number"],
  ["parameters:\n  a: { pattern: '(' }", "2: spell.yaml: the pattern of a is wrong: missing closing )"],
  ["parameters:\n  a: { pattern: '(?=x)' }", "RE2 has no lookaround"],
  ["parameters:\n  a: { max_length: 1, maxLength: 2 }", '2: spell.yaml: "maxLength" means the same as "max_length"'],
  ["limits:\n  memory: lots", "2: spell.yaml: memory: expected a size such as 512KB or 64MB"],
  ["permissions:\n  nett: [x]", '2: spell.yaml: unknown key "nett" (did you mean "net"?)'],
])("%j: %s", async (text, expected) => {
  expect(await problemOf(text)).toContain(expected);
});

test("all problems are named, in the order of their lines", async () => {
  expect(await problemOf("name: '?'\nversion: x\nparameters:\n  a: { type: nothing }\n  b: { x: 1 }")).toBe(
    "1: spell.yaml has 4 problems:\n" +
      "  line 1: name: a spell's name has letters, digits, _, - and ., and starts with none of the last two\n" +
      "  line 2: version: expected a version such as 1.0.0\n" +
      "  line 4: type: expected one of string, number, integer, boolean, array, object, enum, file, any\n" +
      '  line 5: unknown key "x" (known: name, type, description, required, default, enum, min, max, minLength, maxLength, pattern, format, items, minItems, maxItems, properties)',
  );
});

test("a pattern that would stop a backtracking matcher is checked in linear time", async () => {
  const text = `parameters: { a: { pattern: '^(a+)+$', default: '${"a".repeat(40)}!' } }`;
  expect(await problemOf(text)).toContain("the default of a wants a text that matches ^(a+)+$");
});
