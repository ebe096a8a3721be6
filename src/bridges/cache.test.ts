import { beforeEach, expect, test } from "vitest";
import { MemoryCache } from "../cache/memory-cache.ts";
import { type BridgeHarness, createBridgeHarness } from "../testing/bridge-harness.ts";
import { cacheBridge } from "./cache.ts";

let harness: BridgeHarness;
let clock: number;
const call = (name: string, ...args: Parameters<BridgeHarness["call"]>[1] & object) =>
  harness.call(`cache.${name}`, args);

beforeEach(() => {
  clock = 1000;
  harness = createBridgeHarness([cacheBridge], { now: () => clock });
});

test("keeps, answers and removes values", () => {
  call("set", "a", { x: 1 });
  call("set", "f", false);
  expect([
    call("get", "a"),
    call("get", "f"),
    call("get", "b"),
    call("get", "b", 7),
    call("has", "a"),
    call("has", "b"),
    call("keys"),
  ]).toEqual([{ x: 1 }, false, null, 7, true, false, ["a", "f"]]);
  expect([call("delete", "a"), call("delete", "a"), call("has", "a")]).toEqual([true, false, false]);
  call("set", "f", null);
  call("set", "z", 1);
  expect(call("keys")).toEqual(["z"]);
  call("clear");
  expect(call("keys")).toEqual([]);
});

test("forgets after the time to live, by the run's clock", () => {
  call("set", "a", 1, 500);
  call("set", "b", 2);
  clock += 499;
  expect(call("get", "a")).toBe(1);
  clock += 1;
  expect([call("get", "a"), call("has", "a"), call("keys")]).toEqual([null, false, ["b"]]);
});

test("calls through once, keeps the answer for its time, and not failures or nil", async () => {
  let calls = 0;
  const make = () => ++calls;
  expect([call("through", "k", 100, make), call("through", "k", 100, make)]).toEqual([1, 1]);
  clock += 100;
  expect(call("through", "k", 100, make)).toBe(2);
  await expect(
    (async () =>
      call("through", "bad", 100, () => {
        throw new Error("no");
      }))(),
  ).rejects.toThrow("no");
  expect(call("through", "bad", 100, () => null)).toBeNull();
  expect(await call("through", "bad", 100, async () => "good")).toBe("good");
  expect(call("get", "bad")).toBe("good");
  expect(harness.liveFunctions()).toBe(0);
});

test("shares one call among those who ask at once, its failure too", async () => {
  let calls = 0;
  const { promise, resolve } = Promise.withResolvers<string>();
  const slow = async () => {
    calls += 1;
    return promise;
  };
  const both = [call("through", "k", 100, slow), call("through", "k", 100, slow)];
  resolve("done");
  expect([await Promise.all(both), calls]).toEqual([["done", "done"], 1]);
  const failing = async () => {
    calls += 1;
    throw new Error("no");
  };
  const results = await Promise.allSettled([call("through", "x", 100, failing), call("through", "x", 100, failing)]);
  expect([results.map(({ status }) => status), calls]).toEqual([["rejected", "rejected"], 2]);
});

test("drops the least recently used, and counts what it holds", () => {
  let held = 0;
  const cache = new MemoryCache({ maxEntries: 3, maxBytes: 200, charge: (bytes) => (held += bytes) });
  for (const key of ["a", "b", "c"]) cache.set(key, key, undefined, 0);
  cache.get("a", 0);
  cache.set("d", "d", undefined, 0);
  expect(cache.keys(0)).toEqual(["a", "c", "d"]);
  cache.set("big", "x".repeat(150), undefined, 0);
  expect(cache.keys(0)).toEqual(["big", "d"]);
  cache.set("huge", "x".repeat(500), undefined, 0);
  expect([cache.has("huge", 0), held > 150 && held <= 200]).toEqual([false, true]);
  cache.clear();
  expect(held).toBe(0);
});

test("counts against the run's memory", async () => {
  harness = createBridgeHarness([cacheBridge], { limits: { hostBytes: 5000 } });
  for (let count = 0; count < 10; count++) call("set", "same", "x".repeat(4000));
  expect((await harness.fail("cache.set", ["other", "x".repeat(4000)])).code).toBe("limit.host_memory");
});

test.each([
  ["get"],
  ["get", 5],
  ["set", 5, 1],
  ["set", "a", 1, 0],
  ["set", "a", 1, "x"],
  ["through", "a", 100],
  ["through", "a", -1, () => 1],
  ["through", "a", 100, 5],
  ["has"],
  ["delete"],
  ["keys", 1],
])("%s refuses wrong arguments", async (name, ...args) =>
  expect((await harness.fail(`cache.${name}`, args as never)).code).toBe("input.invalid"),
);
