import { describe, expect, it } from "vitest";
import { startModelServer } from "../testing/model-server.ts";
import { Models } from "./models.ts";
import { type ModelsConfig, readModelsConfig } from "./provider-config.ts";
import { describeFallback, type Fallback, resolveName } from "./resolve-model.ts";

const config = (...names: string[]): ModelsConfig => ({
  providers: Object.fromEntries(names.map((name) => [name, { apiKey: "k" }])),
  ollamaProbe: false,
});

describe("a model's name", () => {
  it.each([
    ["gpt-4o", "openai", "gpt-4o"],
    ["openai/gpt-4o", "openai", "gpt-4o"],
    ["openai/my-model", "openai", "my-model"],
    ["gpt-99-turbo", "openai", "gpt-99-turbo"],
    ["claude-3-opus", "anthropic", "claude-3-opus-latest"],
    ["anthropic/claude-3-opus", "anthropic", "claude-3-opus-latest"],
    ["claude-opus-4-5-20251101", "anthropic", "claude-opus-4-5-20251101"],
    ["gemini/gemini-2.5-pro", "google", "gemini-2.5-pro"],
    ["mistral-large-2512", "mistral", "mistral-large-2512"],
    ["openrouter/anthropic/claude-3-opus", "openrouter", "anthropic/claude-3-opus"],
    ["groq/openai/gpt-oss-20b", "groq", "openai/gpt-oss-20b"],
    ["deepseek-v4-pro", "deepseek", "deepseek-v4-pro"],
    ["ollama/llama3:8b", "ollama", "llama3:8b"],
    ["offline", "offline", "offline"],
  ])("%s means %s %s", (name, provider, model) => {
    const all = config("openai", "anthropic", "google", "mistral", "openrouter", "groq", "deepseek", "ollama");
    expect(resolveName(name, undefined, all)).toEqual({ kind: "model", target: { provider, model } });
  });

  it("that nobody knows belongs to the default provider", () => {
    expect(resolveName("llama-own", undefined, config("mistral"))).toEqual({
      kind: "model",
      target: { provider: "mistral", model: "llama-own" },
    });
  });

  it("with a provider besides keeps its slashes", () => {
    expect(resolveName("openai/gpt-oss-20b", "groq", config("groq"))).toEqual({
      kind: "model",
      target: { provider: "groq", model: "openai/gpt-oss-20b" },
    });
  });

  it("of an unknown provider is refused by name", () => {
    expect(() => resolveName("x", "acme", config())).toThrow('no provider is named "acme"');
  });
});

describe("a missing key", () => {
  it("falls to the offline model with one warning per model", async () => {
    const told: Fallback[] = [];
    const models = new Models({ config: config() }).forRun({ onFallback: (fallback) => told.push(fallback) });
    for (const model of ["gpt-4", "gpt-4", "claude-3-opus"]) {
      const response = await models.generate({ model, messages: [{ role: "user", content: "Say exactly: hi" }] });
      expect(response).toMatchObject({ model: "offline", provider: "offline", text: "hi" });
    }
    expect(told.map(describeFallback)).toEqual([
      expect.stringContaining('"gpt-4" needs OPENAI_API_KEY'),
      expect.stringContaining('"claude-3-opus" needs ANTHROPIC_API_KEY'),
    ]);
  });

  it("warns anew in another run", async () => {
    const told: string[] = [];
    const models = new Models({ config: config() });
    for (const run of ["a", "b"]) await models.forRun({ onFallback: () => told.push(run) }).resolve({ model: "gpt-4" });
    expect(told).toEqual(["a", "b"]);
  });

  it("is an auth error that names the variable when a model is required", async () => {
    const models = new Models({ config: config() }).forRun({ requireModel: true });
    await expect(models.resolve({ model: "gpt-4" })).rejects.toMatchObject({
      code: "provider.auth",
      hint: expect.stringContaining("OPENAI_API_KEY"),
    });
    await expect(models.resolve({})).rejects.toMatchObject({
      code: "provider.auth",
      hint: expect.stringContaining("ANTHROPIC_API_KEY"),
    });
    expect(await models.resolve({ model: "offline" })).toEqual({ provider: "offline", model: "offline" });
  });
});

describe("the default", () => {
  it("is the configured model, else the first configured provider, else offline", async () => {
    const models = (own: ModelsConfig) => new Models({ config: own });
    expect(await models({ ...config("anthropic", "openai"), defaultModel: "anthropic/x" }).resolve({})).toEqual({
      provider: "anthropic",
      model: "x",
    });
    expect((await models(config("mistral", "anthropic")).resolve({})).provider).toBe("anthropic");
    expect((await models(config("mistral")).resolve({})).model).toBe("mistral-small-latest");
    expect((await models(config()).resolve({})).provider).toBe("offline");
  });

  it("for other kinds is the first configured provider that has them", async () => {
    expect(await new Models({ config: config("anthropic", "mistral") }).resolve({}, "embedding")).toEqual({
      provider: "mistral",
      model: "mistral-embed",
    });
  });

  it("is an Ollama that is there, asked once", async () => {
    await using server = await startModelServer({ models: ["nomic-embed-text", "llama3.2:latest"] });
    const models = new Models({ config: { providers: {}, ollamaProbe: server.url } });
    expect(await models.resolve({})).toEqual({ provider: "ollama", model: "llama3.2:latest" });
    await models.forRun({}).resolve({});
    expect(server.calls.map((call) => call.path)).toEqual(["/api/tags"]);
  });

  it("does not wait for an Ollama that is slow, nor look for one when a provider is configured", async () => {
    await using server = await startModelServer({ models: ["llama3"], delayMs: 5_000 });
    const started = performance.now();
    expect((await new Models({ config: { providers: {}, ollamaProbe: server.url } }).resolve({})).provider).toBe(
      "offline",
    );
    expect(performance.now() - started).toBeLessThan(1_000);
    await new Models({ config: { ...config("openai"), ollamaProbe: server.url } }).resolve({});
    expect(server.calls.length).toBe(1);
  });

  it("at a compatible server is a model that the server has", async () => {
    await using server = await startModelServer({ models: ["bge-embed", "qwen3"] });
    const models = new Models({ config: { providers: { openai: { baseUrl: server.url } } } });
    expect(await models.resolve({})).toEqual({ provider: "openai", model: "qwen3" });
  });
});

describe("variables", () => {
  it("configure providers by key or base URL", () => {
    const read = readModelsConfig({
      GEMINI_API_KEY: "g",
      GOOGLE_API_KEY: "other",
      OPENAI_BASE_URL: "http://localhost:8000/v1/",
      OLLAMA_HOST: "0.0.0.0",
      LLMSPELL_MODEL: "google/x",
      ANTHROPIC_API_KEY: "  ",
    });
    expect(read.providers).toEqual({
      google: { apiKey: "g" },
      openai: { baseUrl: "http://localhost:8000/v1" },
      ollama: { baseUrl: "http://127.0.0.1:11434" },
    });
    expect(read).toMatchObject({ defaultModel: "google/x", ollamaProbe: "http://127.0.0.1:11434" });
    expect(read.requireModel).toBeUndefined();
  });

  it.each([
    [":9999", "http://127.0.0.1:9999"],
    ["http://box:1234/", "http://box:1234"],
    ["https://ollama.example.com/v1", "https://ollama.example.com"],
  ])("read OLLAMA_HOST=%s", (value, url) => {
    expect(readModelsConfig({ OLLAMA_HOST: value }).providers.ollama).toEqual({ baseUrl: url });
  });

  it("name what is wrong with an address", () => {
    expect(() => readModelsConfig({ OPENAI_BASE_URL: "not an address" })).toThrow("OPENAI_BASE_URL");
  });
});
