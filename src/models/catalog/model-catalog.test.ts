import { describe, expect, it } from "vitest";
import { NO_USAGE } from "../types.ts";
import { listModels, listProviders, modelInfo } from "../describe-models.ts";
import { costOf, findModel, pricesOf, queryModels } from "./model-catalog.ts";
import { MODEL_TABLE, PRICES_AS_OF } from "./model-table.ts";

const usage = (inputTokens: number, outputTokens: number, cachedTokens = 0, cacheWriteTokens = 0) => ({
  ...NO_USAGE,
  inputTokens,
  outputTokens,
  totalTokens: inputTokens + outputTokens,
  cachedTokens,
  cacheWriteTokens,
});

describe("the price table", () => {
  it("says its date and holds no name twice", () => {
    expect(PRICES_AS_OF).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    const names = MODEL_TABLE.flatMap((model) =>
      [model.id, ...(model.aliases ?? []), ...(model.versions ?? [])].map((name) => `${model.provider}/${name}`),
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("prices dated variants like their model, and unknown models not at all", () => {
    expect(pricesOf("gpt-4o-2024-11-20", "openai")).toBe(findModel("gpt-4o")?.prices);
    expect(pricesOf("openai/gpt-4o", "openrouter")).toBe(findModel("gpt-4o")?.prices);
    expect(pricesOf("my-finetune", "openai")).toBeNull();
    expect(pricesOf("gpt-4o", "groq")).toBeNull();
  });
});

describe("cost", () => {
  it("charges cached and written input at their own price", () => {
    const prices = { input: 3, output: 15, cached: 0.3, cacheWrite: 3.75 };
    expect(costOf(usage(1_000_000, 0), prices)).toBe(3);
    expect(costOf(usage(1_000_000, 100_000, 400_000, 100_000), prices)).toBeCloseTo(
      0.5 * 3 + 0.4 * 0.3 + 0.1 * 3.75 + 0.1 * 15,
      9,
    );
  });

  it("uses the long tier above its limit", () => {
    const prices = { input: 1, output: 1, long: { above: 200_000, input: 2, output: 3 } };
    expect(costOf(usage(200_000, 0), prices)).toBeCloseTo(0.2, 9);
    expect(costOf(usage(300_000, 100_000), prices)).toBeCloseTo(0.9, 9);
  });

  it("is null, not zero, where the price is unknown", () => {
    expect(costOf(usage(10, 10), null)).toBeNull();
  });
});

describe("queries", () => {
  it("find by capability, cost and context, cheapest first", () => {
    const found = queryModels({ kind: "chat", capabilities: ["images", "tools"], maxCost: 5, minContext: 500_000 });
    expect(found.length).toBeGreaterThan(2);
    for (const model of found) {
      expect(model.capabilities).toEqual(expect.arrayContaining(["images", "tools"]));
      expect(Math.max(model.prices?.input ?? 99, model.prices?.output ?? 99)).toBeLessThanOrEqual(5);
      expect(model.contextWindow).toBeGreaterThanOrEqual(500_000);
    }
    const costs = found.map((model) => (model.prices?.input ?? 0) + (model.prices?.output ?? 0));
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
  });
});

describe("descriptions for people", () => {
  const config = { providers: { openai: { apiKey: "sk-very-secret", baseUrl: "http://user:pass@host/v1" } } };

  it("say what is configured, and never hold a key", () => {
    const providers = listProviders(config);
    expect(providers.find((provider) => provider.name === "openai")).toMatchObject({
      configured: true,
      isDefault: true,
      baseUrl: "http://host/v1",
    });
    expect(providers.find((provider) => provider.name === "anthropic")).toMatchObject({
      configured: false,
      variable: "ANTHROPIC_API_KEY",
    });
    expect(JSON.stringify([providers, listModels(config)])).not.toMatch(/very-secret|pass@/);
  });

  it.each([
    ["gpt-4o", { name: "openai/gpt-4o", known: true, configured: true, inputPrice: 2.5 }],
    ["claude-3-opus", { name: "anthropic/claude-3-opus-latest", known: true, configured: false }],
    ["openai/my-tune", { name: "openai/my-tune", known: false, inputPrice: null }],
    ["offline", { name: "offline", configured: true, inputPrice: 0 }],
  ])("describe %s", (name, expected) => {
    expect(modelInfo(name, config)).toMatchObject({ ...expected, pricesAsOf: PRICES_AS_OF });
  });

  it("refuse a name that no provider is known to have, rather than call it the offline model's", () => {
    expect(() => modelInfo("nosuch/xyz", { providers: {} })).toThrow(/no provider is known to have "nosuch\/xyz"/);
    expect(modelInfo("nosuch/xyz", config).provider).toBe("openai");
  });
});
