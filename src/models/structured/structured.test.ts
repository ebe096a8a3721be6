import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LlmspellError } from "../../errors.ts";
import type { ModelRequest, ModelResponse } from "../types.ts";
import { NO_USAGE } from "../types.ts";
import { compileSchema } from "../../schemas/compile-schema.ts";
import { jsonCandidates } from "../../schemas/extract-json.ts";
import { generateObject } from "./generate-object.ts";
import { parseLenient } from "../../schemas/parse-lenient.ts";
import { isStrictSchema } from "./provider-schema.ts";

describe("lenient JSON", () => {
  it.each([
    ['{"a":1,}', { a: 1 }],
    ["[1 2, 3,,]", ["1 2", 3]],
    ["{'a': 'it\\'s', b: \"x\"}", { a: "it's", b: "x" }],
    ['{"a": "cut of', { a: "cut of" }],
    ['{"a": [1, 2, {"b": tru', { a: [1, 2, { b: true }] }],
    ['{"a": 1, "b":', { a: 1 }],
    ['{"a": 1, "b', { a: 1 }],
    ['{"a": True, "b": None, "c": 1_000}', { a: true, b: null, c: 1000 }],
    ['// note\n{"a": /* x */ 1}', { a: 1 }],
    ['{"a": "line\nbreak"}', { a: "line\nbreak" }],
    ["{\u201ca\u201d: \u201cb\u201d}", { a: "b" }],
    ['{"a": 1 "b": "x" "c": [1 "y"]}', { a: 1, b: "x", c: [1, "y"] }],
    ['{"\\u0041": "\\n"}', { A: "\n" }],
  ])("reads %s", (text, expected) => {
    expect(parseLenient(text)).toEqual(expected);
  });

  it("keeps __proto__ a key", () => {
    const value = parseLenient('{"__proto__": {"x": 1},}') as object;
    expect(Object.keys(value)).toEqual(["__proto__"]);
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it("reads every JSON value as JSON.parse does, and its every beginning without failing", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (text, cut) => {
        expect(parseLenient(text)).toEqual(JSON.parse(text));
        parseLenient(text.slice(0, cut % (text.length + 1)));
      }),
      { numRuns: 200 },
    );
  });

  it("takes linear time on hostile text", () => {
    const started = performance.now();
    for (const text of ["[".repeat(200_000), '{"a":'.repeat(100_000), `"${"\\".repeat(400_000)}`, "{,".repeat(200_000)])
      parseLenient(text);
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});

describe("JSON in prose", () => {
  it.each([
    ['Sure:\n```json\n{"a": 1}\n```\nDone.', { a: 1 }],
    ['The answer is {"a": 1}, as asked.', { a: 1 }],
    ['```\n{"a": 1', { a: 1 }],
    ["[1, 2] are the numbers", [1, 2]],
    ["42", 42],
  ])("finds %s", (text, expected) => {
    expect([...jsonCandidates(text)]).toContainEqual(expected);
  });

  it("offers the bare text last, for string schemas", () => {
    expect([...jsonCandidates("just words")].at(-1)).toBe("just words");
  });
});

describe("schemas of a spell", () => {
  it("are validated with paths", () => {
    const schema = compileSchema({
      type: "object",
      properties: { list: { type: "array", items: { type: "integer" } } },
      required: ["list"],
    });
    expect(schema.problems({ list: [1, 2] })).toEqual([]);
    expect(schema.problems({ list: [1, "x"] })).toEqual([
      { path: "/list/1", message: expect.stringContaining("integer") },
    ]);
    expect(schema.problems({})[0]?.message).toContain("list");
  });

  it("match patterns, in linear time, wherever they stand", () => {
    const schema = compileSchema({ not: { type: "string", pattern: "^(a+)+$" } });
    expect(schema.problems("aaaa")).not.toEqual([]);
    expect(schema.problems("b")).toEqual([]);
    const started = performance.now();
    expect(compileSchema({ type: "string", pattern: "^(a+)+$" }).problems(`${"a".repeat(50_000)}!`)).toEqual([
      { path: "", message: expect.stringContaining("^(a+)+$") },
    ]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it.each([
    ["a look-ahead", { type: "string", pattern: "(?=a)b" }],
    ["a back reference", { type: "string", pattern: "(a)\\1" }],
    ["a complex property pattern", { type: "object", patternProperties: { "^(a+)+$": {} } }],
    ["an unknown type", { type: "strnig" }],
    ["a reference to nowhere", { $ref: "#/$defs/none" }],
    ["an endless reference", { $ref: "#" }],
    ["no schema at all", { properties: { a: 5 } }],
  ])("are refused with %s", (_name, schema) => {
    let error: unknown;
    try {
      compileSchema(schema as never).problems({});
    } catch (thrown) {
      error = thrown;
    }
    expect(LlmspellError.is(error) && error.code).toBe("schema.invalid");
  });

  it("take a pattern named like a keyword as the property that it is", () => {
    const schema = compileSchema({
      type: "object",
      properties: { pattern: { type: "integer" }, format: { type: "string", format: "url" } },
    });
    expect(schema.problems({ pattern: 3, format: "https://a.b" })).toEqual([]);
    expect(schema.problems({ pattern: "x" })).not.toEqual([]);
    expect(schema.problems({ format: "nope" })).not.toEqual([]);
  });

  it("know what strict mode takes", () => {
    const closed = {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    };
    expect(isStrictSchema(closed)).toBe(true);
    expect(isStrictSchema({ ...closed, required: [] })).toBe(false);
    expect(isStrictSchema({ ...closed, additionalProperties: true })).toBe(false);
    expect(isStrictSchema({ type: "array", items: { type: "object", properties: {} } })).toBe(false);
  });
});

describe("generateObject", () => {
  const answer = (text: string): ModelResponse => ({
    text,
    message: { role: "assistant", content: text },
    toolCalls: [],
    usage: { ...NO_USAGE, inputTokens: 5, outputTokens: 5, totalTokens: 10 },
    cost: 0.1,
    model: "m",
    provider: "p",
    finishReason: "stop",
    latencyMs: 1,
    warnings: [],
  });
  const scripted = (...texts: string[]) => {
    const requests: ModelRequest[] = [];
    return {
      requests,
      generate: async (request: ModelRequest) =>
        answer(texts[Math.min(requests.push(request) - 1, texts.length - 1)] as string),
    };
  };
  const schema = { type: "array", items: { type: "integer" } };
  const messages = [{ role: "user" as const, content: "numbers" }];

  it("takes a wrapped value out of its wrapper", async () => {
    const { generate } = scripted('{"value": [1, 2]}');
    expect((await generateObject({ messages, schema }, generate)).value).toEqual([1, 2]);
  });

  it("shows the model its mistakes, and adds up what the rounds cost", async () => {
    const { generate, requests } = scripted("no idea", '["one"]', "[1]");
    const result = await generateObject({ messages, schema }, generate);
    expect(result).toMatchObject({ value: [1], rounds: 3, response: { usage: { totalTokens: 30 } } });
    expect(result.response.cost).toBeCloseTo(0.3, 9);
    expect(requests[2]?.messages.at(-1)?.content).toContain("/0");
  });

  it("gives up with the problems and the raw text", async () => {
    const { generate, requests } = scripted('["one"]');
    await expect(generateObject({ messages, schema }, generate, { repairs: 1 })).rejects.toMatchObject({
      code: "provider.no_object",
      details: { text: '["one"]', problems: [{ path: "/0" }], rounds: 2 },
    });
    expect(requests.length).toBe(2);
  });

  it("asks in words where the server refuses the response format", async () => {
    const requests: ModelRequest[] = [];
    const generate = async (request: ModelRequest): Promise<ModelResponse> => {
      requests.push(request);
      if (request.schema)
        throw new LlmspellError("provider.bad_request", "this model does not support response_format");
      return answer("[7]");
    };
    expect((await generateObject({ messages, schema }, generate)).value).toEqual([7]);
    expect(requests[1]?.messages[0]?.content).toContain('"integer"');
  });

  it("refuses a bad schema before asking anyone", async () => {
    const { generate, requests } = scripted("[1]");
    await expect(generateObject({ messages, schema: { type: "nope" } }, generate)).rejects.toMatchObject({
      code: "schema.invalid",
    });
    expect(requests).toEqual([]);
  });
});
