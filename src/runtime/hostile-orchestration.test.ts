import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ModelReply, type ModelServer, startModelServer } from "../testing/model-server.ts";
import { createRuntime, type Runtime } from "./create-runtime.ts";

// What models, tools, hooks and workflows may do to a run, and not to the worker that other runs share.

const folder = mkdtempSync(path.join(tmpdir(), "llmspell-hostile-"));
let server: ModelServer;
let runtime: Runtime;

beforeAll(async () => {
  server = await startModelServer();
  const models = { model: "openai/m", env: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: "secret" } };
  runtime = createRuntime({ workers: 1, workspace: folder, models });
});
afterAll(async () => {
  await runtime.shutdown();
  await server.close();
  rmSync(folder, { recursive: true });
});

const run = (code: string) => runtime.exec(code, { engine: "javascript" });
const caught = (code: string) =>
  run(`let times = 0; try { ${code} } catch (error) { return [error.code, error.message, times]; } return "no error";`);

describe("what leads to itself has an end", () => {
  it.each([
    [
      "a tool",
      `tools.register({ name: "again", execute: async () => { times++; return await tools.execute("again"); } });
       await tools.execute("again");`,
      "limit.recursion",
    ],
    [
      "a hook",
      `hooks.register("beforeToolCall", async () => { times++; await tools.execute("calculator", { expression: "1" }); });
       await tools.execute("calculator", { expression: "2" });`,
      "hook.blocked",
    ],
    [
      "a workflow",
      `const flow = workflow.create({ name: "w", steps: [{ name: "a", fn: async () => { times++; return await flow.run({}); } }] });
       await flow.run({});`,
      "workflow.failed",
    ],
  ])("%s", async (_, code, expected) => {
    const result = await caught(code);
    expect(result).toMatchObject({ ok: true, value: [expected, expect.any(String), expect.any(Number)] });
    const [, , times] = (result as unknown as { value: [string, string, number] }).value;
    expect(times).toBeGreaterThan(50);
    expect(times).toBeLessThan(300);
    // The worker is as good as before.
    expect(await run("return 1")).toMatchObject({ ok: true, value: 1 });
  });

  it("an agent whose tool asks it again: once a level, however often its model would", async () => {
    server.calls.length = 0;
    server.respond({ toolCalls: [{ name: "again", arguments: {} }] });
    const result = await caught(`
      const bot = agent.create({ name: "bot", tools: [{ name: "again", execute: async () => { times++; return String(await bot.run("more")); } }] });
      await bot.run("hi");`);
    expect(result).toMatchObject({ ok: true, value: ["limit.recursion", expect.any(String), expect.any(Number)] });
    expect(server.calls.length).toBeLessThan(200);
  });
});

describe("a tool call of a model", () => {
  const raw = (json: string): ModelReply => ({
    status: 200,
    headers: { "content-type": "application/json" },
    body: {
      id: "x",
      object: "chat.completion",
      model: "m",
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: null,
            tool_calls: [{ id: "c1", type: "function", function: { name: "echo", arguments: json } }],
          },
          finish_reason: "tool_calls",
        },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 1 },
    },
  });
  const ASK = `const keys = [];
    const bot = agent.create({ name: "bot", tools: [{ name: "echo", parameters: { type: "object", properties: {}, additionalProperties: true },
      execute(args) { keys.push(Object.keys(args)); return "ok"; } }] });
    const answer = await bot.run("hi");
    return [String(answer), keys, answer.toolCalls.map(({ code }) => code ?? null), ({}).polluted === undefined];`;

  it.each([
    ["of a million levels", `{"x":${"[".repeat(1e6)}${"]".repeat(1e6)}}`, [], []],
    ["of 3000 levels", `{"x":${"[".repeat(3000)}${"]".repeat(3000)}}`, [], []],
    ["with half a character for a name", '{"\\ud800":1}', [], ["tool.invalid_arguments"]],
    ["with __proto__", '{"__proto__":{"polluted":1}}', [["__proto__"]], [null]],
    ["that is a list", "[1]", [], []],
  ])("%s is told to be wrong, or data like any other", async (_, json, keys, codes) => {
    server.respond([raw(json), { text: "done" }]);
    expect(await run(ASK)).toMatchObject({ ok: true, value: ["done", keys, codes, true] });
  });
});
