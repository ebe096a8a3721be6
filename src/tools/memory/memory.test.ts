import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFixtureHost, type FixtureHost } from "../fixtures/fixture-host.ts";
import { memoryForget, memoryList, memoryRecall, memoryStore } from "./memory-tools.ts";

let host: FixtureHost;
beforeEach(() => (host = createFixtureHost()));
afterEach(() => host.close());

describe("memory", () => {
  it("keeps values by name", async () => {
    expect(await host.run(memoryStore, { key: "name", value: "Ada" })).toEqual({ key: "name", replaced: false });
    expect(await host.run(memoryStore, { key: "name", value: { first: "Ada" } })).toMatchObject({ replaced: true });
    expect(await host.run(memoryRecall, { key: "name" })).toMatchObject({ found: true, value: { first: "Ada" } });
    expect(await host.run(memoryRecall, { key: "nane" })).toMatchObject({ found: false, value: null, similar: "name" });
    expect(await host.run(memoryList, {})).toEqual({
      count: 1,
      memories: [{ key: "name", preview: '{"first":"Ada"}' }],
    });
    expect(await host.run(memoryForget, { key: "name" })).toEqual({ forgotten: true });
    expect(await host.run(memoryForget, { key: "name" })).toEqual({ forgotten: false });
  });

  it("is searched by words", async () => {
    await host.run(memoryStore, { key: "customer", value: "Ada likes TEA" });
    await host.run(memoryStore, { key: "order", value: "coffee" });
    expect(await host.run(memoryRecall, { query: "tea customer" })).toMatchObject({
      found: true,
      matches: [{ key: "customer", value: "Ada likes TEA" }],
    });
  });

  it("refuses what is no value, too large or too many", async () => {
    expect((await host.fail(memoryStore, { key: "a", value: null })).code).toBe("input.invalid");
    expect((await host.fail(memoryStore, { key: "a", value: "x".repeat(100_001) })).code).toBe("value.too_large");
    expect((await host.fail(memoryRecall, {})).code).toBe("input.invalid");
    for (let index = 0; index < 1000; index++) host.memory.set(`k${index}`, 1);
    expect((await host.fail(memoryStore, { key: "a", value: 1 })).code).toBe("input.invalid");
    expect(await host.run(memoryStore, { key: "k1", value: 2 })).toMatchObject({ replaced: true });
  });
});
