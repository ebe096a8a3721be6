import { describe, expect, test } from "vitest";
import { LlmspellError } from "../errors.ts";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { TextValue } from "../values/script-value.ts";
import { cryptoBridge } from "./crypto.ts";
import { utilBridge } from "./util.ts";

const quick = { baseDelayMs: 1, maxDelayMs: 2 };
const overloaded = () => new LlmspellError("provider.overloaded", "busy");

describe("retry", () => {
  test("calls again after retryable errors and answers the first success", async () => {
    const harness = createBridgeHarness([utilBridge]);
    const calls: number[] = [];
    const answer = await harness.call("util.retry", [
      (attempt: number) => {
        calls.push(attempt);
        if (attempt < 3) throw overloaded();
        return "done";
      },
      quick,
    ]);
    expect(answer).toBe("done");
    expect(calls).toEqual([1, 2, 3]);
    expect(harness.liveFunctions()).toBe(0);
  });

  test("raises the last error when attempts are used up", async () => {
    const { fail } = createBridgeHarness([utilBridge]);
    let calls = 0;
    expect(
      (
        await fail("util.retry", [
          async () => {
            calls += 1;
            throw overloaded();
          },
          { ...quick, attempts: 2 },
        ])
      ).code,
    ).toBe("provider.overloaded");
    expect(calls).toBe(2);
  });

  test("does not repeat other errors, unless told to", async () => {
    const { call, fail } = createBridgeHarness([utilBridge]);
    let calls = 0;
    const broken = () => {
      calls += 1;
      if (calls < 3) throw new Error("plain");
      return calls;
    };
    await fail("util.retry", [broken, quick]);
    expect(calls).toBe(1);
    expect(await call("util.retry", [broken, { ...quick, retry_if: "any" }])).toBe(3);
    calls = 0;
    expect(
      await call("util.retry", [
        broken,
        { ...quick, retryIf: async (error: LlmspellError) => error.message === "plain" },
      ]),
    ).toBe(3);
    calls = 0;
    await fail("util.retry", [broken, { ...quick, retryIf: () => false }]);
    expect(calls).toBe(1);
  });

  test("waits longer each time, up to a limit, and at least as long as the error asks", async () => {
    const harness = createBridgeHarness([utilBridge]);
    const waits = () =>
      harness
        .journal()
        .flatMap((entry) => (entry.type === "started" && entry.method === "util.sleep" ? [entry.args[0]] : []));
    await harness.fail("util.retry", [
      () => {
        throw overloaded();
      },
      { attempts: 5, baseDelayMs: 1, factor: 3, maxDelayMs: 10, jitter: false },
    ]);
    expect(waits()).toEqual([1, 3, 9, 10]);
    await harness.fail("util.retry", [
      () => {
        throw new LlmspellError("http.timeout", "x", { details: { retryAfterMs: 7 } });
      },
      { attempts: 2, baseDelayMs: 1, jitter: false },
    ]);
    expect(waits().at(-1)).toBe(7);
  });

  test("is answered from the journal on replay, waits included", async () => {
    const harness = createBridgeHarness([utilBridge]);
    const flaky = (attempt: number) => {
      if (attempt < 3) throw overloaded();
      return attempt;
    };
    await harness.call("util.retry", [flaky, { baseDelayMs: 20, maxDelayMs: 40 }]);
    const again = harness.replay();
    const started = performance.now();
    expect(await again.call("util.retry", [flaky, { baseDelayMs: 20, maxDelayMs: 40 }])).toBe(3);
    expect(performance.now() - started).toBeLessThan(20);
    expect(again.journal()).toEqual([]);
  });

  test("does not repeat final errors, and refuses wrong options", async () => {
    const { fail } = createBridgeHarness([utilBridge]);
    let calls = 0;
    expect(
      (
        await fail("util.retry", [
          () => {
            calls += 1;
            throw new LlmspellError("budget.exceeded", "x");
          },
          { ...quick, retryIf: "any" },
        ])
      ).code,
    ).toBe("budget.exceeded");
    expect(calls).toBe(1);
    expect((await fail("util.retry", [() => 1, { attemps: 3 }])).message).toContain('did you mean "attempts"');
    expect((await fail("util.retry", [5])).message).toContain("expected a function");
  });
});

describe("sleep", () => {
  test("waits, and answers nil", async () => {
    const { call, fail } = createBridgeHarness([utilBridge]);
    const started = performance.now();
    expect(await call("util.sleep", [15])).toBeNull();
    expect(performance.now() - started).toBeGreaterThan(12);
    expect((await fail("util.sleep", [-1])).code).toBe("input.invalid");
  });

  test("ends at once when the run is cancelled", async () => {
    const controller = new AbortController();
    const { fail } = createBridgeHarness([utilBridge], { signal: controller.signal });
    const sleeping = fail("util.sleep", [60_000]);
    controller.abort();
    expect((await sleeping).code).toBe("run.aborted");
    expect((await fail("util.sleep", [60_000])).code).toBe("run.aborted");
  });
});

test("uuid differs each time, and not on replay", async () => {
  const harness = createBridgeHarness([utilBridge]);
  const ids = [harness.call("util.uuid"), harness.call("util.uuid")];
  expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids[0]).not.toBe(ids[1]);
  const again = harness.replay();
  expect([again.call("util.uuid"), again.call("util.uuid")]).toEqual(ids);
  expect((await harness.fail("util.uuid", [1])).code).toBe("input.invalid");
});

test("typeOf names the kinds of the value model", async () => {
  const { call, fail } = createBridgeHarness([utilBridge]);
  const kinds = [
    null,
    true,
    1,
    2n ** 60n,
    1.5,
    -0,
    "x",
    new TextValue("x", {}),
    new Uint8Array(1),
    new Date(0),
    [],
    {},
    () => 1,
    overloaded(),
  ];
  expect(kinds.map((value) => call("util.typeOf", [value]))).toEqual([
    "nil",
    "bool",
    "integer",
    "integer",
    "number",
    "number",
    "string",
    "string",
    "bytes",
    "time",
    "array",
    "object",
    "function",
    "error",
  ]);
  expect((await fail("util.typeOf", [1, 2])).code).toBe("input.invalid");
});

test("inspect shows values for people", async () => {
  const { call, fail } = createBridgeHarness([utilBridge]);
  expect(call("util.inspect", [{ a: [1, "x"], "b c": null }])).toBe('{a: [1, "x"], "b c": null}');
  expect(call("util.inspect", [{ a: [1, 2, 3] }, { items: 1 }])).toBe("{a: [1, … 2 more]}");
  expect((await fail("util.inspect", [1, { depht: 1 }])).message).toContain('did you mean "depth"');
});

describe("crypto", () => {
  const { call, fail } = createBridgeHarness([cryptoBridge]);

  test("hash and hmac agree with published vectors", () => {
    expect(call("crypto.hash", ["abc"])).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(call("crypto.hash", ["abc", { algorithm: "md5", encoding: "base64" }])).toBe("kAFQmDzST7DWlj99KOF/cg==");
    expect(
      call("crypto.hash", [new Uint8Array([97, 98, 99]), { algorithm: "sha1", encoding: "bytes" }]),
    ).toBeInstanceOf(Uint8Array);
    for (const algorithm of (cryptoBridge.constants?.["algorithms"] ?? []) as string[])
      expect(call("crypto.hash", ["", { algorithm }])).toMatch(/^[0-9a-f]{32,}$/);
    // RFC 4231, test case 2.
    expect(call("crypto.hmac", ["what do ya want for nothing?", "Jefe"])).toBe(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  test("timingSafeEqual compares bytes of any length", () => {
    expect(call("crypto.timingSafeEqual", ["abc", new Uint8Array([97, 98, 99])])).toBe(true);
    expect(call("crypto.timingSafeEqual", ["abc", "abcd"])).toBe(false);
  });

  test("randomness keeps to its bounds and is the same on replay", () => {
    const harness = createBridgeHarness([cryptoBridge], { now: () => 1_700_000_000_000 });
    const draw = (from: typeof harness) => [
      from.call("crypto.uuid"),
      from.call("crypto.uuid", [{ version: 7 }]),
      from.call("crypto.randomBytes", [8]),
      from.call("crypto.randomInt", [-3, 3]),
      from.call("crypto.randomText", [40, "ab😀"]),
    ];
    const drawn = draw(harness);
    expect(drawn[1]).toMatch(/^018bcfe5-6800-7[0-9a-f]{3}-[89ab]/);
    expect(drawn[2]).toHaveLength(8);
    expect(drawn[4]).toMatch(/^[ab😀]{40}$/u);
    expect(draw(harness.replay())).toEqual(drawn);
    expect(draw(harness)).not.toEqual(drawn);
    const seen = new Set(Array.from({ length: 200 }, () => harness.call("crypto.randomInt", [1, 3])));
    expect([...seen].toSorted()).toEqual([1, 2, 3]);
  });

  test.each([
    ["hash", ["x", { algorithm: "rot13" }]],
    ["hash", [5]],
    ["hmac", ["x"]],
    ["timingSafeEqual", ["x", 5]],
    ["uuid", [{ version: 5 }]],
    ["randomBytes", [1e9]],
    ["randomInt", [5, 1]],
    ["randomInt", [0, 2 ** 50]],
    ["randomText", [0]],
  ])("%s refuses %j", async (name, args) => {
    expect((await fail(`crypto.${name}`, args)).code).toBe("input.invalid");
  });
});
