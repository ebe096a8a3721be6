import { describe, expect, test } from "vitest";
import { z } from "zod";
import { aliasesOf, hasIntegerKeys, markIntegerKeys, TextValue } from "../values/script-value.ts";
import { anyObject, anyValue, textWith } from "./schemas.ts";
import { compileInput, compileOutput } from "./shaper.ts";

const scope = {
  wrap: () => {
    throw new Error("no function expected");
  },
};
const input = (schema: z.ZodType, value: unknown) => compileInput(schema)?.(value, scope) ?? value;
const output = (schema: z.ZodType, naming: "camel" | "snake", value: unknown) =>
  compileOutput(schema, naming)?.(value, scope) ?? value;

const usage = z.object({ inputTokens: z.number(), cost: z.number().optional() });

describe("input", () => {
  test("declared fields change to the declared spelling, at every level", () => {
    const schema = z.object({ maxTokens: z.number(), usage, list: z.array(usage).optional() });
    expect(input(schema, { max_tokens: 1, usage: { input_tokens: 2 }, list: [{ input_tokens: 3 }] })).toEqual({
      maxTokens: 1,
      usage: { inputTokens: 2 },
      list: [{ inputTokens: 3 }],
    });
  });

  test("words of a choice answer to both spellings, texts stay what they are", () => {
    const choice = z.enum(["roundRobin", "failover", "both_ways", "bothWays"]);
    expect(
      ["round_robin", "roundRobin", "failover", "both_ways", "other_one"].map((word) => input(choice, word)),
    ).toEqual(["roundRobin", "roundRobin", "failover", "both_ways", "other_one"]);
    expect(input(choice, new TextValue("round_robin", {}))).toBe("roundRobin");
    expect(input(z.union([choice, z.object({ a: z.string() })]), "round_robin")).toBe("roundRobin");
    expect(input(z.union([choice, z.string()]), "round_robin")).toBe("round_robin");
    expect(input(z.string(), "round_robin")).toBe("round_robin");
  });

  test("user data is untouched: any value, any object, the keys of a record, undeclared fields", () => {
    const data = markIntegerKeys({ "1": { max_tokens: null } });
    expect(compileInput(anyValue)).toBeUndefined();
    expect(compileInput(anyObject)).toBeUndefined();
    expect(hasIntegerKeys((input(z.object({ data: anyObject }), { data }) as { data: object }).data)).toBe(true);
    expect(input(z.record(z.string(), usage), { some_key: { input_tokens: 1 } })).toEqual({
      some_key: { inputTokens: 1 },
    });
    expect(input(z.looseObject({ a: z.string() }), { other_key: 1 })).toEqual({ other_key: 1 });
  });

  test("nil in an optional field is absent, in a required one it stays to be refused", () => {
    expect(input(z.object({ a: z.string().optional(), b: z.string() }), { a: null, b: null })).toEqual({ b: null });
  });

  test("an empty table is an array where one is wanted, and an object where one is", () => {
    expect(input(z.array(z.string()), {})).toEqual([]);
    expect(input(z.union([z.string(), z.array(z.string())]), {})).toEqual([]);
    expect(input(z.union([z.array(z.string()), usage]), {})).toEqual({});
    expect(input(z.union([z.array(anyValue), anyObject]), {})).toEqual({});
    expect(input(z.tuple([z.string()]), {})).toEqual([]);
  });

  test("a text value is its text where a string is wanted, also inside", () => {
    expect(
      input(z.object({ prompt: z.union([z.string(), z.array(z.string())]) }), { prompt: new TextValue("x", {}) }),
    ).toEqual({ prompt: "x" });
  });

  test("a key named __proto__ stays a key", () => {
    const given = JSON.parse('{"__proto__": {"polluted": true}, "max_tokens": 1}') as object;
    const shaped = input(z.looseObject({ maxTokens: z.number() }), given) as Record<string, unknown>;
    expect(Object.keys(shaped)).toEqual(["__proto__", "maxTokens"]);
    expect(Object.getPrototypeOf(shaped)).toBe(Object.prototype);
  });

  test("recursive schemas reshape at every depth", () => {
    interface Tree {
      nodeName: string;
      children?: Tree[] | undefined;
    }
    const tree: z.ZodType<Tree> = z.lazy(() => z.object({ nodeName: z.string(), children: z.array(tree).optional() }));
    expect(input(tree, { node_name: "a", children: [{ node_name: "b", children: [{ node_name: "c" }] }] })).toEqual({
      nodeName: "a",
      children: [{ nodeName: "b", children: [{ nodeName: "c" }] }],
    });
  });
});

describe("output", () => {
  test("snake case replaces declared names and leaves data alone", () => {
    const schema = z.object({ usage, metaData: anyValue });
    expect(output(schema, "snake", { usage: { inputTokens: 1 }, metaData: { someKey: 1 } })).toEqual({
      usage: { input_tokens: 1 },
      meta_data: { someKey: 1 },
    });
  });

  test("camel case keeps names and tells the other spelling as an alias", () => {
    const shaped = output(z.object({ usage }), "camel", { usage: { inputTokens: 1 } }) as { usage: object };
    expect(shaped).toEqual({ usage: { inputTokens: 1 } });
    expect(aliasesOf(shaped.usage)).toEqual([["input_tokens", "inputTokens"]]);
  });

  test("the original of a presented result is not changed", () => {
    const original = { usage: { inputTokens: 1 } };
    output(z.object({ usage }), "camel", original);
    output(z.object({ usage }), "snake", original);
    expect(original).toEqual({ usage: { inputTokens: 1 } });
    expect(aliasesOf(original.usage)).toBeUndefined();
  });

  test("of several object branches, the one whose required fields are there", () => {
    const schema = z.union([z.object({ errorText: z.string() }), z.object({ okValue: z.number() })]);
    expect(output(schema, "snake", { okValue: 1 })).toEqual({ ok_value: 1 });
  });

  test("a text's fields are presented too", () => {
    const text = output(textWith({ finishReason: z.string() }), "snake", new TextValue("x", { finishReason: "stop" }));
    expect(text).toEqual(new TextValue("x", { finish_reason: "stop" }));
  });

  test("schemas without declared names cost nothing", () => {
    expect(compileOutput(z.array(z.string()), "snake")).toBeUndefined();
    expect(compileOutput(z.record(z.string(), z.number()), "camel")).toBeUndefined();
  });
});
