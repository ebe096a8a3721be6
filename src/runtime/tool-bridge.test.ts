import { afterAll, describe, expect, it } from "vitest";
import { createRuntime } from "./create-runtime.ts";

const runtime = createRuntime({
  tools: [
    {
      name: "get_weather",
      description: "Tells the weather of a place.",
      parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"] },
      execute: async ({ place }) => ({ place, temperature: 21, tags: new Set(["dry"]) }),
    },
    {
      name: "broken",
      description: "Fails.",
      execute: () => {
        throw new TypeError("no luck");
      },
    },
  ],
});
afterAll(() => runtime.shutdown());

describe("tools of a program", () => {
  it.each([
    ["lua", 'return { tools.get_weather({ place = "Oslo" }), #tools.list({ source = "program" }) }'],
    ["js", 'return [await tools.get_weather({ place: "Oslo" }), tools.list({ source: "program" }).length]'],
  ])("are called by %s spells", async (engine, code) => {
    const result = await runtime.exec(code, { engine });
    expect(result.ok && result.value).toEqual([{ place: "Oslo", temperature: 21, tags: ["dry"] }, 2]);
  });

  it("refuse arguments that do not fit their schema", async () => {
    const result = await runtime.exec('return tools.get_weather({ plase = "Oslo" })', { engine: "lua" });
    expect(result.ok ? "ok" : result.error.code).toBe("tool.invalid_arguments");
    expect(result.ok ? "" : result.error.message).toContain("place");
  });

  it("give their failures to the script", async () => {
    const result = await runtime.exec("local ok, e = pcall(tools.broken) return { ok, e.code, e.message }", {
      engine: "lua",
    });
    expect(result.ok && result.value).toEqual([false, "tool.failed", 'the tool "broken" failed: no luck']);
  });

  it("can be handed on to a model, which calls one when the prompt asks for it", async () => {
    const result = await runtime.exec(
      'const r = await llm.complete({ prompt: "Use get_weather for the place Oslo.", tools: tools.list({ source: "program" }) }); return r.toolCalls[0].name',
      { engine: "js", models: { model: "offline" } },
    );
    expect(result.ok ? result.value : result.error.message).toBe("get_weather");
  });

  it("need names that a script can write", () => {
    const tool = { description: "x", execute: () => null };
    expect(() => createRuntime({ tools: [{ ...tool, name: "get-weather" }] })).toThrow(/cannot be the name/);
    expect(() => createRuntime({ tools: [{ ...tool, name: "list" }] })).toThrow(/cannot be the name/);
  });
});
