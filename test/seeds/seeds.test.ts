import { readFileSync, readdirSync } from "node:fs";
import { type IncomingMessage, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Runtime } from "../../src/runtime/create-runtime.ts";
import { createRuntime } from "../../src/runtime/create-runtime.ts";
import type { RunOptions, RunResult } from "../../src/runtime/runtime-options.ts";
import { type ModelServer, startModelServer } from "../../src/testing/model-server.ts";
import { scriptedAnswers } from "../../src/testing/scripted-answers.ts";
import { scratchFolder } from "../support/scratch.ts";
import { EXAMPLES, exampleCode, partsOf } from "./examples.ts";

// The oldest users' expectations: scripts from the documents that came before LLMSpell, run as they were written.

let models: ModelServer;
let runtime: Runtime;
const requests: { method: string | undefined; url: string | undefined; type: string | undefined; body: string }[] = [];

async function record(request: IncomingMessage): Promise<void> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  requests.push({ method: request.method, url: request.url, type: request.headers["content-type"], body });
}
const api = createServer((request, response) => {
  void record(request).then(() => response.end("{}"));
});

beforeAll(async () => {
  models = await startModelServer(({ prompt, body }) => ({
    text: `${body.model} on: ${prompt}`,
    usage: { input: 30, output: 12 },
  }));
  await new Promise<void>((resolve) => api.listen(0, "127.0.0.1", resolve));
  const hostMap = new URL(
    `../fixtures/host-map.ts?from=api.example.com&to=127.0.0.1:${(api.address() as AddressInfo).port}`,
    import.meta.url,
  );
  runtime = createRuntime({
    models: { model: "openai/gpt-4", env: { OPENAI_BASE_URL: `${models.url}/v1`, OPENAI_API_KEY: "secret" } },
    permissions: { net: ["api.example.com"], privateNet: [`127.0.0.1:${(api.address() as AddressInfo).port}`] },
    limits: { timeoutMs: 10_000 },
    extensions: [hostMap],
  });
});
afterAll(async () => {
  await runtime.shutdown();
  await models.close();
  api.close();
});

const run = (name: string, code: string, options: RunOptions = {}): Promise<RunResult> =>
  runtime.exec(code, { file: name, ...options });

test("every example is known", () => {
  expect(EXAMPLES.toSorted()).toEqual(
    [
      "1-script-api.js",
      "1-script-api.lua",
      "2-workflow.lua",
      "3-research-workflow.lua",
      "3-research-workflow.js",
      "1-script-api.tengo",
      "2-agent-with-tools.lua",
      "2-basic-interaction.tengo",
      "2-research-assistant.lua",
      "3-config-example.lua",
      "2-events.js",
      "2-hooks.lua",
      "2-state.js",
      ...["2-basic-interaction", "3-basic-llm", "3-robust-agent", "3-research-agent", "3-research-assistant"].flatMap(
        (name) => [`${name}.lua`, `${name}.js`],
      ),
    ].toSorted(),
  );
});

describe("runs as written", () => {
  const OUTPUTS: Record<string, string> = {
    "2-basic-interaction": "gpt-4 on: Explain quantum computing\n",
    "2-events": "",
    "2-hooks": "",
    "2-state": "",
    "3-basic-llm": "Response: gpt-4 on: Explain quantum computing in simple terms\nTokens used: 42\n",
    "3-robust-agent": "Success: gpt-4 on: Explain machine learning\n",
    "1-script-api": "",
    "1-script-api.lua": "gpt-4 on: Tell me a story",
    "2-workflow": "",
    "3-research-workflow": expect.stringMatching(
      /^Workflow completed:\n(- (research|summarize|report): completed\n){3}$/,
    ) as string,
    "2-agent-with-tools": "",
    "2-research-assistant": "",
    "3-config-example": "",
    "3-research-agent": "Research completed and saved!\n",
    "3-research-assistant": "",
  };
  test.each(EXAMPLES)("%s", async (name) => {
    using folder = scratchFolder({ "data.json": '{"n": 1}' });
    const result = await run(name, exampleCode(name), { workspace: folder.path });
    const expected = OUTPUTS[name] ?? OUTPUTS[name.replace(/\.\w+$/, "")];
    expect(result).toMatchObject({ ok: true, output: expected });
  });

  test.each(["3-robust-agent.lua", "3-robust-agent.js"])(
    "%s tells of a failed attempt and tries again",
    async (name) => {
      await using busy = await startModelServer({ status: 400, body: { error: { message: "no such deployment" } } });
      const patience = new AbortController();
      let output = "";
      const result = await run(name, exampleCode(name), {
        models: { env: { OPENAI_BASE_URL: `${busy.url}/v1` } },
        signal: patience.signal,
        onOutput(text) {
          output += text;
          // Its next attempt would be seconds away.
          patience.abort();
        },
      });
      expect(output).toMatch(/^Attempt 1 failed: .*no such deployment/);
      expect(result).toMatchObject({ ok: false, error: { code: "run.aborted" } });
    },
  );
});

describe("an agent works with its tools", () => {
  const anthropic = (url: string) => ({ env: { ANTHROPIC_API_KEY: "secret", ANTHROPIC_BASE_URL: `${url}/v1` } });

  test.each([
    ["3-research-agent.lua", "research/tides.md"],
    ["3-research-agent.js", "research/tides.md"],
    ["2-research-assistant.lua", "research_summary.md"],
    ["3-research-assistant.lua", "research_summary.md"],
    ["3-research-assistant.js", "research_summary.md"],
  ])("%s", async (name, file) => {
    using folder = scratchFolder({});
    await using claude = await startModelServer(
      scriptedAnswers([
        { toolCalls: [{ name: "file_write", arguments: { path: "notes.md", content: "# Notes" } }] },
        { when: "notes.md", text: "What is known." },
      ]),
    );
    const options: RunOptions = {
      workspace: folder.path,
      models: anthropic(claude.url),
      params: { topic: "tides" },
    };
    const result = await run(name, exampleCode(name), options);
    const told = { topic: "tides", summary: "What is known....", status: "completed" };
    expect(result).toMatchObject(name.startsWith("3-research-agent") ? { ok: true, value: told } : { ok: true });
    expect(readFileSync(path.join(folder.path, "notes.md"), "utf8")).toBe("# Notes");
    expect(readFileSync(path.join(folder.path, file), "utf8")).toBe("What is known.");
    expect(claude.calls[0]?.body).toMatchObject({
      model: "claude-3-opus-latest",
      tools: [{ name: "web_search" }, { name: "file_write" }],
    });
  });

  test("2-agent-with-tools.lua, with one that is registered later", async () => {
    await using claude = await startModelServer(
      scriptedAnswers([
        { toolCalls: [{ name: "get_weather", arguments: { location: "NYC" } }] },
        { when: "sunny", text: "It is sunny." },
      ]),
    );
    const code = exampleCode("2-agent-with-tools.lua")
      .replace('"file_read"}', '"file_read", "get_weather"}')
      .concat("\nreturn tostring(result)");
    const result = await run("2-agent-with-tools.lua", code, { models: anthropic(claude.url) });
    expect(result).toMatchObject({ ok: true, value: "It is sunny." });
  });
});

describe("a workflow hands on what its steps gave", () => {
  test("2-workflow.lua", async () => {
    using folder = scratchFolder({});
    const prelude = `local researcher = agent.create({ name = "researcher", model = "gpt-4" })
local summarizer = agent.create({ name = "summarizer", model = "gpt-4" })\n`;
    const code = `${prelude}${exampleCode("2-workflow.lua")}\nreturn result.status`;
    const result = await run("2-workflow.lua", code, { workspace: folder.path });
    expect(result).toMatchObject({ ok: true, value: "completed" });
    const found = "gpt-4 on: Search for information about quantum computing";
    expect(readFileSync(path.join(folder.path, "research_quantum computing.md"), "utf8")).toBe(
      `gpt-4 on: Summarize the findings: ${found}`,
    );
  });

  test.each(["3-research-workflow.lua", "3-research-workflow.js"])("%s", async (name) => {
    await using claude = await startModelServer(({ prompt }) => ({ text: `short: ${prompt}` }));
    const env = {
      OPENAI_BASE_URL: `${models.url}/v1`,
      OPENAI_API_KEY: "secret",
      ANTHROPIC_API_KEY: "secret",
      ANTHROPIC_BASE_URL: `${claude.url}/v1`,
    };
    const result = await run(name, exampleCode(name), { params: { topic: "tides" }, models: { env } });
    const research = "gpt-4 on: Research tides and gather comprehensive information";
    const summary = `short: Summarize these research findings: ${research}`;
    const report = `gpt-4 on: Create a structured report from this summary: ${summary}`;
    expect(result).toMatchObject({
      ok: true,
      value: {
        status: "completed",
        output: report,
        steps: { research: { output: research }, summarize: { output: summary }, report: { output: report } },
      },
    });
  });
});

test("3-config-example.lua answers with its agent's text", async () => {
  const result = await run("3-config-example.lua", exampleCode("3-config-example.lua"), { params: { query: "Hi" } });
  expect(result).toMatchObject({
    ok: true,
    value: { config: { model: "gpt-3.5-turbo", temperature: 0.7 }, response: "gpt-3.5-turbo on: Hi" },
  });
  expect(models.calls.at(-1)?.body).toMatchObject({ temperature: 0.7, max_tokens: 1000 });
});

describe("runs in the parts whose features are there", () => {
  test("1-script-api.lua", async () => {
    using folder = scratchFolder({ "data.json": '{"n": 1}' });
    const titles = ["LLM operations", "Streaming", "Logging", "File operations", "HTTP operations"];
    const logs: unknown[] = [];
    const code = `local result = "the agent's"\n${partsOf("1-script-api.lua", titles)}`;
    const result = await run("1-script-api.lua", code, { workspace: folder.path, onLog: (event) => logs.push(event) });
    expect(result).toMatchObject({ ok: true, output: "gpt-4 on: Tell me a story" });
    expect(logs).toEqual([
      { level: "info", message: "Starting research workflow" },
      { level: "debug", message: "Agent result: the agent's" },
    ]);
    expect(readFileSync(path.join(folder.path, "output.json"), "utf8")).toBe('{"n":1}');
    expect(requests.slice(-2)).toEqual([
      { method: "GET", url: "/data", type: undefined, body: "" },
      { method: "POST", url: "/process", type: "application/json", body: '{"query":"test"}' },
    ]);
    expect(models.calls.find(({ prompt }) => prompt === "The meaning of life is")?.body).toMatchObject({
      max_tokens: 100,
    });
  });

  test("1-script-api.js", async () => {
    using folder = scratchFolder({ "data.json": '{"n": 1}' });
    const code = `const result = "the agent's";\n${partsOf("1-script-api.js", ["LLM operations", "Logging and file operations"])}`;
    const logs: unknown[] = [];
    const result = await run("1-script-api.js", code, { workspace: folder.path, onLog: (event) => logs.push(event) });
    expect(result).toMatchObject({ ok: true });
    expect(logs).toEqual([{ level: "info", message: "Agent result: the agent's" }]);
    expect(readdirSync(folder.path)).toEqual(["data.json", "output.json"]);
  });

  test("1-script-api.tengo", async () => {
    using folder = scratchFolder({ "data.json": '{"n": 1}' });
    const code = `result := "the agent's"\n${partsOf("1-script-api.tengo", ["LLM operations", "Utilities"])}`;
    const shown = `${code}export [response.content, completion, data]`;
    const logs: unknown[] = [];
    const result = await run("1-script-api.tengo", shown, {
      workspace: folder.path,
      onLog: (event) => logs.push(event),
    });
    expect(result).toMatchObject({
      ok: true,
      value: ["gpt-4 on: Hello, how are you?", { text: "gpt-4 on: The meaning of life is" }, { n: 1 }],
    });
    expect(logs).toEqual([{ level: "info", message: "Result: the agent's" }]);
  });

  test("2-hooks.lua", async () => {
    const logs: unknown[] = [];
    const code = `${exampleCode("2-hooks.lua")}\nreturn llm.chat("hello").content`;
    const result = await run("2-hooks.lua", code, { onLog: (event) => logs.push(event) });
    expect(result).toMatchObject({ ok: true, value: "gpt-4 on: hello" });
    expect(models.calls.at(-1)?.body).toMatchObject({ temperature: 0.7 });
    expect(logs).toEqual([{ level: "info", message: "Tokens used: 42" }]);
  });

  test("2-events.js", async () => {
    const code = `events.on("custom.milestone", ({ stage, data }) => console.log(stage, data.duration));
${exampleCode("2-events.js")}`;
    expect(await run("2-events.js", code)).toMatchObject({ ok: true, output: "completed 45.2\n" });
  });

  test("2-state.js", async () => {
    using folder = scratchFolder({});
    const code = `${exampleCode("2-state.js")}\nreturn [filtered.all(), merged.all()];`;
    expect(await run("2-state.js", code, { workspace: folder.path })).toMatchObject({
      ok: true,
      value: [
        { conversation_id: "abc123", context: { topic: "quantum computing" } },
        { conversation_id: "abc123", context: { user: "Jane", topic: "quantum computing", messages: [], age: 5 } },
      ],
    });
    expect(JSON.parse(readFileSync(path.join(folder.path, "agent_state.json"), "utf8"))).toMatchObject({
      data: { conversation_id: "abc123", context: { user: "John" } },
    });
  });
});
