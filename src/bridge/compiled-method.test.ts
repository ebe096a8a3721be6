import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { ScriptFunction, TextValue } from "../values/script-value.ts";
import { defineBridge, method } from "./define-bridge.ts";
import { anyObject, anyValue, bytesOrText, callback } from "./schemas.ts";

const options = z.strictObject({ sortKeys: z.boolean().optional(), maxTokens: z.number().optional() });
const probe = defineBridge({
  name: "probe",
  summary: "Test methods.",
  methods: {
    echo: method({
      summary: "Answers its input.",
      input: { value: anyValue, options: options.optional() },
      output: anyValue,
      effect: "pure",
      sync: true,
      run: ({ value, options: given }) => [value ?? null, { ...given }],
    }),
    needs: method({
      summary: "Needs a string.",
      input: { text: z.string(), either: z.union([z.string(), options]).optional() },
      output: z.string(),
      effect: "pure",
      sync: true,
      run: ({ text }) => text,
    }),
    choose: method({
      summary: "Takes one of several words.",
      input: { options: z.strictObject({ kind: z.enum(["sequential", "parallel"]) }) },
      output: z.string(),
      effect: "pure",
      sync: true,
      run: ({ options: { kind } }) => kind,
    }),
    many: method({
      summary: "Takes any number of numbers.",
      input: {},
      rest: z.number(),
      output: z.number(),
      effect: "pure",
      sync: true,
      run: ({ rest }) => (rest as number[]).reduce((sum, n) => sum + n, 0),
    }),
    lies: method({
      summary: "Returns what its schema forbids.",
      input: {},
      output: z.string(),
      effect: "pure",
      sync: true,
      run: () => 5 as never,
    }),
    nothing: method({
      summary: "Returns nothing.",
      input: {},
      output: z.string().optional(),
      effect: "pure",
      sync: true,
      run: () => undefined,
    }),
    typed: method({
      summary: "Checks what a function returns.",
      input: { fn: callback([z.object({ someName: z.number() })], z.number()) },
      output: z.number(),
      effect: "pure",
      sync: true,
      *run({ fn }) {
        return (yield fn({ someName: 1 })) as number;
      },
    }),
    data: method({
      summary: "Takes binary data and an object.",
      input: { data: bytesOrText, object: anyObject.optional() },
      output: z.string(),
      effect: "pure",
      sync: true,
      run: ({ data }) => Buffer.from(data).toString("hex"),
    }),
  },
});
const { call, fail } = createBridgeHarness([probe]);

describe("arguments", () => {
  test("nil stands for an absent optional argument, and for nil in data", () => {
    expect(call("probe.echo", [null, null])).toEqual([null, {}]);
    expect(call("probe.nothing")).toBeNull();
  });

  test("options answer to both spellings", () => {
    expect(call("probe.echo", [1, { max_tokens: 5, sortKeys: true }])).toEqual([1, { maxTokens: 5, sortKeys: true }]);
  });

  test("an unknown option is named with the nearest known one, in the caller's spelling", async () => {
    expect((await fail("probe.echo", [1, { sortkeys: true }])).message).toBe(
      'probe.echo: options: unknown key "sortkeys" (did you mean "sortKeys"?)',
    );
    expect((await fail("probe.echo", [1, { max_toknes: 1 }])).message).toContain('did you mean "max_tokens"?');
    expect((await fail("probe.echo", [1, { zzz: 1 }])).message).toContain("known: sortKeys, maxTokens");
    expect((await fail("probe.needs", ["a", { max_token: 1 }])).message).toContain('did you mean "max_tokens"?');
  });

  test("a mistyped word of a choice names the nearest one; a missing member beside its misspelling names both", async () => {
    expect((await fail("probe.choose", [{ kind: "sequental" }])).message).toBe(
      'probe.choose: options.kind: "sequental" is none of sequential, parallel (did you mean "sequential"?)',
    );
    const { message } = await fail("probe.choose", [{ kid: "parallel" }]);
    expect(message).toContain("options.kind: expected one of sequential, parallel");
    expect(message).toContain('unknown key "kid" (did you mean "kind"?)');
  });

  test("a function where data is wanted is called one", async () => {
    class Fn extends ScriptFunction {
      override readonly id = 1;
      override readonly name = "anonymous";
      override invoke = () => null;
      override retain = () => undefined;
      override release = () => undefined;
    }
    expect((await fail("probe.needs", [new Fn()])).message).toBe(
      "probe.needs: text: expected string, received a function",
    );
  });

  test("a missing argument, a wrong one and one too many each say what the method takes", async () => {
    expect(await fail("probe.needs")).toMatchObject({
      code: "input.invalid",
      message: "probe.needs: text is missing",
      hint: "Use probe.needs(text, either?).",
    });
    expect((await fail("probe.needs", [5])).message).toContain("text: Invalid input: expected string, received number");
    expect((await fail("probe.needs", ["a", "b", "c"])).message).toBe("probe.needs takes 2 arguments, got 3");
    expect((await fail("probe.many", [1, "x"])).code).toBe("input.invalid");
    expect(call("probe.many", [1, 2, 3])).toBe(6);
  });

  test("a model's answer is a string where one is wanted", () => {
    expect(call("probe.needs", [new TextValue("hello", {})])).toBe("hello");
    expect(call("probe.data", [new TextValue("hi", {})])).toBe("6869");
    expect(call("probe.data", [new Uint8Array([255])])).toBe("ff");
  });

  test("bytes and objects of the wrong kind fail with their own words", async () => {
    expect((await fail("probe.data", [5])).message).toBe("probe.data: data: expected bytes or a string");
    expect((await fail("probe.data", ["", []])).message).toContain("expected an object");
  });
});

describe("results", () => {
  test("a result that the bridge's own schema forbids is the bridge's fault", async () => {
    expect(await fail("probe.lies")).toMatchObject({ code: "output.invalid" });
  });

  test("a function's arguments are presented in the script's spelling, its result is checked", async () => {
    const snake = createBridgeHarness([probe], { naming: "snake" });
    expect(snake.call("probe.typed", [(arg: { some_name: number }) => arg.some_name + 1])).toBe(2);
    expect((await fail("probe.typed", [() => "x"])).message).toContain("returned a wrong value");
    await expect(call("probe.typed", [async () => 7])).resolves.toBe(7);
  });
});
