import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunEvent } from "../bridge/run-ports.ts";
import { eventsBridge } from "../bridges/events.ts";
import { hooksBridge } from "../bridges/hooks.ts";
import { llmBridge } from "../bridges/llm.ts";
import { LlmspellError } from "../errors.ts";
import { EVENT_TYPES } from "../events/event-types.ts";
import { Models } from "../models/models.ts";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import type { ModelServer } from "../testing/model-server.ts";
import { startModelServer } from "../testing/model-server.ts";
import { createRuntime } from "./create-runtime.ts";
import type { RunOptions } from "./runtime-options.ts";

/** Spells that make each built-in event happen; the model of a spell answers what stands beside it. */
const GROUPS: Record<string, { code: string; answers?: unknown[]; options?: RunOptions; error?: string }> = {
  "the run and its state": {
    code: `state.set("a.b", 1); state.delete("a"); state.clear();`,
  },
  "the run that fails": { code: `events.emit("my.event"); throw new Error("no");`, error: "script.error" },
  models: {
    answers: ["one", { reasoning: "hm", text: "two three" }, { status: 400, body: { error: { message: "no" } } }],
    code: `
      await llm.chat("hi");
      await llm.stream("hi", () => {});
      try { await llm.chat("hi", { provider: "openai", model: "m" }); } catch {}`,
  },
  "a budget": {
    answers: [{ text: "a", usage: { input: 900, output: 50 } }],
    options: { budget: { tokens: 1000 } },
    code: `
      await llm.chat("hi", { maxTokens: 60 });
      await llm.chat("hi", { maxTokens: 600 });`,
    error: "budget.exceeded",
  },
  "agents and tools": {
    answers: [
      { toolCalls: [{ name: "echo", arguments: { text: "x" } }] },
      "said",
      { toolCalls: [{ name: "bad", arguments: {} }] },
      "it failed",
      { toolCalls: [{ name: "transfer_to_other", arguments: { reason: "not mine" } }] },
      "from the other",
      { status: 400, body: { error: { message: "no" } } },
    ],
    code: `
      const echo = { name: "echo", parameters: { text: "string" }, execute: (args) => args.text };
      const bad = { name: "bad", execute() { throw new Error("no"); } };
      await agent.create({ name: "one", tools: [echo, bad] }).run("say x");
      await agent.create({ name: "two", tools: [echo, bad] }).run("go wrong");
      const other = agent.create({ name: "other" });
      await agent.create({ name: "first", handoffs: [other] }).run("do it");
      try { await agent.create({ name: "two" }).run("fails"); } catch {}`,
  },
  workflows: {
    code: `
      let tries = 0;
      const flow = workflow.create({ name: "flow", steps: [
        { name: "flaky", retry: { maxAttempts: 2, baseDelay: 1 }, fn: () => { if (++tries < 2) throw new Error("again"); } },
        { name: "skipped", condition: "false", fn: () => 1 },
      ] });
      await flow.run({});
      try { await workflow.create({ name: "bad", steps: [{ name: "x", fn: () => { throw new Error("no"); } }] }).run({}); } catch {}
      const held = workflow.create({ name: "held", steps: [{ name: "a", fn: () => 1 }, { name: "b", fn: () => 1 }] }).start({});
      held.pause(); await util.sleep(1); held.resume(); await held.wait();
      const gone = workflow.create({ name: "gone", steps: [{ name: "a", fn: () => util.sleep(5000) }] }).start({});
      await util.sleep(1); gone.cancel(); try { await gone.wait(); } catch {}`,
  },
  hooks: {
    code: `
      hooks.register("beforeGenerate", () => ({ block: "closed" }), { name: "stop" });
      try { await llm.chat("hi"); } catch {}`,
  },
  "guardrails, permissions and people": {
    options: { onQuestion: () => true },
    answers: ["mail ann@example.com"],
    code: `
      guardrails.add({ check: "pii", action: "redact" });
      await llm.chat("hi");
      try { await http.get("http://127.0.0.1:9/"); } catch {}
      await approval.request("Go?");`,
  },
  "people that cannot be asked": { code: `try { await approval.request("Go?"); } catch {}` },
  "a handler that cannot keep up": {
    code: `
      events.on("job.done", () => util.sleep(1), { maxQueue: 1 });
      for (let n = 0; n < 5; n++) events.emit("job.done", { n });
      await events.flush();`,
  },
};

const ADDED = new Set(["type", "name", "id", "time", "runId", "spanId", "parentSpanId"]);

const workspace = mkdtempSync(path.join(tmpdir(), "llmspell-events-"));
const seen = new Map<string, Set<string>>();
let server: ModelServer;
const ends: [group: string, error: string | undefined][] = [];
const left: unknown[] = [];

beforeAll(async () => {
  server = await startModelServer(() => left.shift() as never);
  const models = { model: "openai/m", env: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: "secret" } };
  await using runtime = createRuntime({ workers: 1, workspace, models });
  for (const [group, { code, answers = [], options }] of Object.entries(GROUPS)) {
    left.splice(0, left.length, ...answers.map((answer) => (typeof answer === "string" ? { text: answer } : answer)));
    const result = await runtime.exec(code, { engine: "javascript", onEvent: note, ...options });
    ends.push([group, result.ok ? undefined : result.error.code]);
  }
  await hookThatWorksAgain();
}, 60_000);

/** With a clock that can be put on. */
async function hookThatWorksAgain(): Promise<void> {
  let now = 1_000;
  let broken = true;
  const models = new Models({ config: { providers: {} } });
  const harness = createBridgeHarness([llmBridge, hooksBridge, eventsBridge], {
    now: () => now,
    services: { models: () => models },
  });
  const hook = () => {
    if (broken) throw new LlmspellError("script.error", "no");
    return null;
  };
  harness.call("hooks.register", ["afterGenerate", hook, { name: "weak" }]);
  for (let n = 0; n < 3; n++) await harness.call("llm.chat", ["hi"]);
  broken = false;
  now += 31_000;
  await harness.call("llm.chat", ["hi"]);
  for (const event of harness.observed) note(event);
}

function note(event: RunEvent): void {
  if (event.type !== "event") return;
  const fields = seen.get(event.name) ?? new Set();
  seen.set(event.name, fields);
  for (const field of Object.keys(event)) if (!ADDED.has(field)) fields.add(field);
}

afterAll(async () => {
  await server.close();
  rmSync(workspace, { recursive: true });
});

it.each(Object.entries(EVENT_TYPES))("%s is emitted, with the fields that are declared", (name, { fields }) => {
  expect([...(seen.get(name) ?? [])].toSorted()).toEqual([...fields].toSorted());
});

it("every spell ended as it should", () => {
  expect(ends).toEqual(Object.entries(GROUPS).map(([group, { error }]) => [group, error]));
});

it("no other event is built in", () => {
  expect([...seen.keys()].filter((name) => !Object.hasOwn(EVENT_TYPES, name)).toSorted()).toEqual([
    "job.done",
    "my.event",
  ]);
});
