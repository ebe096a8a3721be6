import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ModelServer, startModelServer } from "../testing/model-server.ts";
import { createRuntime, type Runtime } from "./create-runtime.ts";
import type { RuntimeOptions } from "./runtime-options.ts";

const folder = mkdtempSync(path.join(tmpdir(), "llmspell-agents-"));
const tape = path.join(folder, "tape.jsonl");
const open: Runtime[] = [];
let server: ModelServer;

beforeAll(async () => {
  server = await startModelServer();
});
afterEach(async () => {
  server.calls.length = 0;
  await Promise.all(open.splice(0).map((runtime) => runtime.shutdown()));
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

function start(options: RuntimeOptions = {}, url = server.url): Runtime {
  const models = { model: "openai/m", env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "secret" } };
  const runtime = createRuntime({ workers: 1, workspace: folder, models, ...options });
  open.push(runtime);
  return runtime;
}

const toolResults = (messages: readonly { role?: string }[] | undefined): number =>
  (messages ?? []).filter(({ role }) => role === "tool").length;

/** Three steps with a call each, then the answer. */
const threeCalls = ({ body }: { body: { messages?: { role?: string }[] } }) =>
  toolResults(body.messages) < 3
    ? { toolCalls: [{ name: "note", arguments: { line: `line ${toolResults(body.messages)}` } }] }
    : { text: "All noted." };

const SCRIPTS = {
  lua: `
    local made = 0
    local clerk = agent.create({ timeout_ms = 60000, tools = {
      { name = "note", execute = function(args) made = made + 1 fs.append("notes.txt", args.line .. "\\n") return util.uuid() end } } })
    local pieces = ""
    local answer = clerk:stream("note three lines", function(text) pieces = pieces .. text end)
    print(answer, pieces, made, answer.tool_calls[3].result, answer.duration_ms >= 0)
    return clerk:metrics()`,
  javascript: `
    let made = 0;
    const note = { name: "note", execute: async (args) => { made++; fs.append("notes.txt", args.line + "\\n"); await util.sleep(1); return util.uuid(); } };
    const clerk = agent.create({ timeoutMs: 60000, tools: [note] });
    const answers = await Promise.all([clerk.run("one"), clerk.run("two")]);
    console.log(answers.map(String), made, answers[1].toolCalls.map((call) => call.result), clerk.history().map((run) => run.input));
    return clerk.metrics();`,
  tengo: `
    made := 0
    clerk := agent.create({timeout_ms: 60000, tools: [{name: "note", execute: func(args) {
      made += 1
      fs.append("notes.txt", args.line + "\\n")
      return util.uuid()
    }}]})
    answer := clerk.run("note three lines")
    fmt.println(answer, made, answer.tool_calls[2].result)
    export clerk.metrics()`,
};

describe("a recorded agent is made again without its model and its files", () => {
  it.each(Object.entries(SCRIPTS))("in %s", async (engine, code) => {
    server.respond(threeCalls);
    const recorded = await start().exec(code, { engine, record: tape });
    expect(recorded).toMatchObject({ ok: true, value: { failed: 0 } });
    const asked = server.calls.length;
    const replayed = await start({ workspace: path.join(folder, "nowhere") }, "http://127.0.0.1:9").replay(tape);
    expect(replayed).toMatchObject({ ok: true, output: recorded.output, value: recorded.ok && recorded.value });
    expect(server.calls).toHaveLength(asked);
  });
});

describe("an agent whose worker is ended", () => {
  it.each(Object.entries(SCRIPTS))("goes on in another one and repeats no call, in %s", async (engine, code) => {
    const reached = Promise.withResolvers<null>();
    const released = Promise.withResolvers<null>();
    let held = 0;
    server.respond(async (call) => {
      if (toolResults(call.body.messages) === 2 && held++ === 0) {
        reached.resolve(null);
        await released.promise;
      }
      return threeCalls(call);
    });
    const workspace = mkdtempSync(path.join(folder, "work-"));
    const runtime = start();
    const spell = runtime.exec(code, { engine, workspace });
    await reached.promise;
    const before = server.calls.length;
    const hang = await runtime.exec("while true do end", { engine: "lua", limits: { cpuMs: 50 } });
    expect(hang).toMatchObject({ ok: false, error: { code: "limit.cpu" } });
    released.resolve(null);
    expect(await spell).toMatchObject({ ok: true, value: { failed: 0 } });
    const agents = engine === "javascript" ? 2 : 1;
    // Only the requests under way when the worker was lost are made again.
    expect(server.calls.length - before).toBeLessThanOrEqual(3 * agents);
    expect(server.calls.length).toBeGreaterThan(4 * agents);
    const first = server.calls.filter(({ body }) => toolResults(body.messages) === 0);
    expect(first).toHaveLength(agents);
    const check = await runtime.exec('return #fs.read("notes.txt"):gsub("%d", "")', { engine: "lua", workspace });
    expect(check).toMatchObject({ ok: true, value: "line \n".length * 3 * agents });
  });
});

it("an agent of many steps has a journal that grows by what each of them adds", async () => {
  const steps = 120;
  server.respond(({ body }) => {
    const done = toolResults(body.messages);
    return done < steps ? { toolCalls: [{ name: "look", arguments: { n: done } }] } : { text: "seen" };
  });
  const code = `
    const look = { name: "look", parameters: { n: "integer" }, execute: ({ n }) => String(n).padEnd(4000, "x") };
    const answer = await agent.create({ tools: [look], maxSteps: 1000 }).run("look around");
    return [answer.steps.length, String(answer)];`;
  const recorded = await start().exec(code, { engine: "javascript", record: tape });
  expect(recorded).toMatchObject({ ok: true, value: [steps + 1, "seen"] });
  // 4000 characters as a tool's result for people, at most, and once as a message.
  expect(readFileSync(tape).length).toBeLessThan(steps * 2 * 4000 * 1.2);
  expect(await start({}, "http://127.0.0.1:9").replay(tape)).toMatchObject({ ok: true, value: [steps + 1, "seen"] });
}, 60_000);

it("two hundred agents at once with five tool calls each keep no memory of each other", async () => {
  server.respond(({ body }) =>
    toolResults(body.messages) < 5
      ? { toolCalls: [{ name: "add", arguments: { a: 1, b: 2 } }], delayMs: 5 }
      : { text: "done" },
  );
  const code = `
    const add = { name: "add", execute: ({ a, b }) => a + b };
    const runs = Array.from({ length: 200 }, async () => {
      const one = agent.create({ tools: [add], memory: false });
      const answer = await one.run("add");
      agent.remove(one);
      return [String(answer), answer.toolCalls.length, answer.finishReason];
    });
    const all = await Promise.all(runs);
    return [all.filter(([text, calls, reason]) => text === "done" && calls === 5 && reason === "stop").length, agent.list().length];`;
  const result = await start().exec(code, { engine: "javascript", limits: { hostCalls: 100_000, timeoutMs: 100_000 } });
  expect(result).toMatchObject({ ok: true, value: [200, 0] });
  expect(server.calls).toHaveLength(1200);
}, 120_000);
