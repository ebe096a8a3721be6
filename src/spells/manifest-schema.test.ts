import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { manifestSchema } from "./manifest-schema.ts";

const SEED = `
name: "web_researcher"
version: "1.0.0"
engine: "lua"
description: "Research agent that searches the web and summarizes findings"
author: "llmspell-community"
dependencies:
  - "web_search"
  - "summarizer"
parameters:
  - name: "query"
    type: "string"
    required: true
    description: "Research query"
  - name: "max_results"
    type: "number"
    default: 5
    description: "Maximum number of results to process"
`;

test("the oldest manifest fits", () => {
  expect(manifestSchema.safeParse(parse(SEED)).success).toBe(true);
});

test("parameters may be a map by name", () => {
  const parameters = { query: { type: "string", required: true }, tags: { type: "array", items: { type: "string" } } };
  expect(manifestSchema.safeParse({ parameters }).success).toBe(true);
});

test.each([
  [{ engin: "lua" }],
  [{ version: "1" }],
  [{ name: "../x" }],
  [{ parameters: [{ name: "--help" }] }],
  [{ parameters: { "-p": {} } }],
  [{ parameters: [{ name: "__proto__" }] }],
  [{ parameters: [{ name: "x", type: "strin" }] }],
  [{ parameters: [{ name: "x", items: { tipe: "string" } }] }],
  [{ limits: { memory: "much" } }],
  [{ permissions: { fs: "all" } }],
])("%j does not", (manifest) => {
  expect(manifestSchema.safeParse(manifest).success).toBe(false);
});

test("it can be written as a JSON Schema", () => {
  expect(z.toJSONSchema(manifestSchema, { io: "input" })).toMatchObject({
    type: "object",
    additionalProperties: false,
    properties: { version: { type: "string" }, limits: { type: "object" } },
  });
});
