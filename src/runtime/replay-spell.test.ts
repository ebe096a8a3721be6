import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ModelServer, startModelServer } from "../testing/model-server.ts";
import { type Runtime, createRuntime } from "./create-runtime.ts";
import type { RunOptions, RunResult } from "./runtime-options.ts";

const folder = mkdtempSync(path.join(tmpdir(), "llmspell-replay-"));
const tape = path.join(folder, "tape.jsonl");
let runtime: Runtime;
let server: ModelServer;
let requests = 0;

beforeAll(async () => {
  server = await startModelServer(({ prompt, stream }) => {
    requests += 1;
    const text = `${requests}: ${[...prompt].toReversed().join("")}`;
    return stream ? { chunks: text.match(/.{1,4}/gs) ?? [] } : { text };
  });
  runtime = createRuntime({ workspace: folder, models: models(server.url) });
});
afterAll(async () => {
  await runtime.shutdown();
  await server.close();
  rmSync(folder, { recursive: true });
});

const models = (url: string) => ({
  model: "openai/m",
  env: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "sk-never-written" },
});

const seen = (result: RunResult) => ({
  output: result.output,
  ...(result.ok ? { value: result.value } : { error: result.error.toData() }),
});

/** Records a script; its replay, by a runtime that reaches no model and another folder, must do the same, and nothing else. */
async function again(code: string, engine: string, options: RunOptions = {}): Promise<RunResult> {
  const recorded = await runtime.exec(code, { engine, ...options, record: tape });
  const asked = requests;
  await using other = createRuntime({ workspace: path.join(folder, "nowhere"), models: models("http://127.0.0.1:9") });
  const logs: unknown[] = [];
  const replayed = await other.replay(tape, { onLog: (event) => logs.push(event) });
  expect(seen(replayed)).toEqual(seen(recorded));
  expect(requests).toBe(asked);
  return recorded;
}

const LUA = {
  "output, time and random numbers": `
    print("a", os.time(), os.clock() >= 0, math.random(), util.uuid()) io.write("b") console.info({ c = 1 })
    return crypto.random_bytes and "yes" or time.now()`,
  "models, sessions and streams": `
    local s = llm.session({ system = "be brief" })
    print(s:send("one"), s:send("two"), #s:history())
    for piece in llm.stream("three") do io.write("[", piece, "]") end
    llm.stream("four", function(piece) io.write("<", piece, ">", math.random(9), util.uuid()) end)
    return llm.complete("five").usage`,
  "tasks that run at once": `
    local order = {}
    local tasks = {}
    for i = 1, 4 do
      tasks[i] = async.spawn(function() util.sleep(20 - i * 5) order[#order + 1] = i print("task", i, llm.complete("q" .. i)) end)
    end
    for _, task in ipairs(tasks) do task:await() end
    return order`,
  "files and state": `
    fs.write("made.txt", "hello " .. util.uuid())
    state.set("n", 1)
    print(fs.read("made.txt"), state.get("n"), fs.exists("nothing"))
    return fs.list and #fs.list(".") or 0`,
  "errors that are caught": `
    local ok, e = pcall(fs.read, "missing.txt")
    print(ok, e.code, e.message)
    local ok2, e2 = pcall(http.get, "http://example.com")
    print(ok2, e2.code)
    return select(2, pcall(llm.complete, "x", { model = "nobody/none" })).code`,
  "an error that ends it": `print("before") error({ code = "my.code", message = "enough" })`,
  "the host call limit": `for i = 1, 20000 do util.uuid() end`,
  "the output limit": `for i = 1, 1e9 do print(("x"):rep(1000)) end`,
  "an endless loop": `print("begin") util.sleep(1) while true do end`,
  "values of all kinds": `
    return { 9007199254740993, 0/0, 1/0, -0.0, "\\255\\254", "text", time.now(), { [3] = "sparse" }, {}, state.get("x") }`,
} as const;

const JAVASCRIPT = {
  "output, time and random numbers": `
    console.log("a", Date.now(), Math.random(), util.uuid(), new Date().getTime() > 0); console.write("b");
    return { at: Date.now() }`,
  "models, sessions and streams": `
    const s = llm.session({ system: "be brief" });
    console.log(String(await s.send("one")), s.history().length);
    for await (const piece of llm.stream("three")) console.write("[" + piece + "]");
    await llm.stream("four", (piece) => console.write("<" + piece + ">" + util.uuid()));
    return (await llm.complete("five")).usage`,
  "promises that run at once": `
    const order = [];
    await Promise.all([3, 1, 2].map(async (i) => {
      await util.sleep(i * 5); order.push(i); console.log(i, String(await llm.complete("q" + i)));
    }));
    const first = await Promise.race([util.sleep(30).then(() => "slow"), llm.complete("fast").then(String)]);
    return [order, first]`,
  "errors that are caught": `
    try { fs.read("missing.txt") } catch (e) { console.log(e.code, e.message) }
    try { await http.get("http://example.com") } catch (e) { console.log(e.code) }
    return "done"`,
  "an error that ends it": `console.log("before"); throw new Error("enough")`,
  "an endless loop": `console.log("begin"); await util.sleep(1); for (;;);`,
  "a promise that nobody awaits": `util.sleep(5).then(() => console.log("late")); console.log("end"); return 1`,
  "bytes and big integers": `return [new Uint8Array([0, 255]), 2n ** 62n, NaN, -0, undefined, "\\ud800"]`,
} as const;

describe("a replay prints and ends as the recorded run did", () => {
  const limits = { cpuMs: 400 };
  it.each(Object.entries(LUA))("in Lua: %s", async (_, code) => void (await again(code, "lua", { limits })));
  it.each(Object.entries(JAVASCRIPT))(
    "in JavaScript: %s",
    async (_, code) => void (await again(code, "javascript", { limits })),
  );

  it("with parameters, arguments, seed and name", async () => {
    const code = "print(params.topic, args[1], math.random(), spell.run_id, spell.name)";
    const recorded = await again(code, "lua", { params: { topic: "tides" }, args: ["x"], seed: 7 });
    expect(recorded.output).toContain("tides\tx");
  });

  it("with modules that are no longer there", async () => {
    const file = path.join(folder, "main.lua");
    writeFileSync(path.join(folder, "words.lua"), 'print("loaded") return { hello = "hello" }');
    writeFileSync(file, 'print(require("words").hello, pcall(require, "missing"))');
    const recorded = await runtime.run(file, { record: tape });
    rmSync(path.join(folder, "words.lua"));
    expect(seen(await runtime.replay(tape))).toEqual(seen(recorded));
    expect(recorded.output).toContain("loaded\nhello");
  });

  it("whatever it does, in which order", async () => {
    const step = fc.constantFrom(
      'print("p", math.random())',
      "io.write(os.time())",
      "util.sleep(1)",
      "print(util.uuid())",
      'print(llm.complete("q"))',
      'pcall(fs.read, "missing")',
      'async.spawn(function() util.sleep(2) print("task") end)',
      'llm.stream("s", function(piece) io.write(piece) end)',
      'log.warn("w")',
      'state.set("k", util.uuid()) print(state.get("k"))',
      "local c = channel.new(1) async.spawn(function() util.sleep(1) c:send(util.uuid()) end) print(c:receive())",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const code = steps.map((each) => `do ${each} end`).join("\n");
        const recorded = await runtime.exec(code, { engine: "lua", record: tape });
        expect(seen(await runtime.replay(tape))).toEqual(seen(recorded));
      }),
      { numRuns: 25 },
    );
  });
});

describe("a script that changed", () => {
  const record = (code: string) => runtime.exec(code, { engine: "lua", record: tape });
  const replay = async (code: string) => {
    const result = await runtime.exec(code, { engine: "lua", replay: tape });
    return result.ok ? "ok" : result.error.code === "journal.mismatch" ? result.error.message : result.error.code;
  };
  const CODE = 'local a = llm.complete("one")\nfs.write("kept.txt", "x")\nprint("printed")\nreturn 5';

  it.each([
    ["another prompt", CODE.replace("one", "two"), /llm\.generate.*"one".*"two"/],
    ["another call", CODE.replace('llm.complete("one")', "util.uuid()"), /llm\.generate.*util\.uuid/],
    ["other output", CODE.replace("printed", "painted"), /"printed\\n" was recorded, it is "painted\\n"/],
    ["more calls", CODE.replace("return 5", "util.uuid() return 5"), /ends before effect 4.*util\.uuid/],
    ["fewer calls", CODE.replace('print("printed")\n', ""), /ended before effect 3/],
    ["another result", CODE.replace("5", "6"), /result: 5 was recorded, it is 6/],
    ["an error", CODE.replace("return 5", 'error("no")'), /a result was recorded/],
  ])("by %s is told so", async (_, code, message) => {
    await record(CODE);
    rmSync(path.join(folder, "kept.txt"));
    expect(await replay(CODE)).toBe("ok");
    expect(await replay(code)).toMatch(message);
    expect(existsSync(path.join(folder, "kept.txt"))).toBe(false);
  });

  it("cannot catch that", async () => {
    await record('print("a") util.uuid()');
    expect(await replay('print("a") pcall(llm.complete, "x") print("b")')).toMatch(/util\.uuid/);
  });
});

describe("a recording that stops in the middle", () => {
  const CODE = 'print("a", util.uuid())\nprint(llm.complete("one"))\nutil.sleep(1)\nreturn util.uuid()';

  it("is followed to where it stops, wherever that is", async () => {
    const recorded = await runtime.exec(CODE, { engine: "lua", record: tape });
    const lines = readFileSync(tape, "utf8").split("\n").slice(0, -1);
    for (let cut = 1; cut < lines.length; cut++) {
      writeFileSync(tape, `${lines.slice(0, cut).join("\n")}\n{"type":"ended","se`);
      const asked = requests;
      const result = await runtime.replay(tape);
      expect(recorded.output.startsWith(result.output)).toBe(true);
      const isWhole = cut === lines.length - 1;
      expect(result.ok ? "ok" : result.error.code).toBe(isWhole ? "ok" : "journal.mismatch");
      expect(requests).toBe(asked);
    }
  });

  it("leaves other tasks to go on while an effect of which it holds no end is waited for", async () => {
    const code = `
      local slow = async.spawn(function() return llm.complete("never") end)
      util.sleep(1) print("went on")
      return slow:await()`;
    await runtime.exec(code, { engine: "lua", record: tape });
    const lines = readFileSync(tape, "utf8").split("\n");
    const started = JSON.parse(
      lines.find((line) => line.startsWith('{"type":"started"') && line.includes("never")) ?? "{}",
    );
    const left = lines.filter(
      (line) => !line.startsWith(`{"type":"ended","seq":${started.seq},`) && !line.includes('"outcome"'),
    );
    writeFileSync(tape, left.join("\n"));
    const result = await runtime.replay(tape);
    expect(result).toMatchObject({ ok: false, error: { code: "journal.mismatch" }, output: "went on\n" });
    expect(result.ok || result.error.message).toMatch(/llm\.generate, is under way/);
  });
});

describe("what is no recording", () => {
  const replay = async (text: string) => {
    writeFileSync(tape, text);
    const result = await runtime.replay(tape);
    return result.ok ? "ok" : `${result.error.code} ${result.error.message}`;
  };

  it("is told by its cause", async () => {
    await runtime.exec("print(1) return util.uuid()", { engine: "lua", record: tape });
    const good = readFileSync(tape, "utf8");
    expect(await replay("")).toMatch(/^journal\.corrupt .*first line/);
    expect(await replay("print('a script')\n")).toMatch(/^journal\.corrupt /);
    expect(await replay(good.slice(0, 100))).toMatch(/^journal\.corrupt /);
    expect(await replay(good.replace('"version":2', '"version":99'))).toMatch(/^journal\.version .*format 99/);
    expect(await replay(good.replace('"seed":', '"seed":-'))).toMatch(/^journal\.corrupt .*seed/);
    expect(await replay(good.replace('{"type":"output"', '{"type":"outset"'))).toMatch(/^journal\.corrupt .*line \d/);
    expect(await replay(`${good}${good.trimEnd().split("\n").at(-1)}\n`)).toMatch(/^journal\.corrupt .*after the end/);
    expect(await replay(good)).toBe("ok");
    const missing = await runtime.replay(path.join(folder, "none"));
    expect(missing).toMatchObject({ ok: false, error: { code: "usage.invalid" } });
  });
});

describe("secrets", () => {
  it("are not in the recording, and a replay takes the present value of a variable", async () => {
    process.env.REPLAY_TEST_TOKEN = "s3cret-value-of-a-token";
    const code = `
      print(env.REPLAY_TEST_TOKEN)
      pcall(http.get, "https://example.com/?token=visible", { headers = { Authorization = "Bearer " .. "abc" } })
      fs.write("secret.txt", env.REPLAY_TEST_TOKEN)
      return fs.read("secret.txt") == env.REPLAY_TEST_TOKEN`;
    const options: RunOptions = { engine: "lua", permissions: { env: ["REPLAY_TEST_TOKEN"], net: ["example.com:1"] } };
    await runtime.exec(code, { ...options, record: tape });
    const text = readFileSync(tape, "utf8");
    for (const secret of ["s3cret-value", "Bearer abc", "sk-never-written"]) expect(text).not.toContain(secret);
    process.env.REPLAY_TEST_TOKEN = "another-value-of-a-token";
    const replayed = await runtime.replay(tape, { permissions: { env: ["REPLAY_TEST_TOKEN"] } });
    const notAllowed = await runtime.replay(tape);
    delete process.env.REPLAY_TEST_TOKEN;
    expect(replayed.output).toContain("another-value-of-a-token");
    expect(notAllowed).toMatchObject({ ok: true, output: "[redacted]\n" });
  });

  it.each([
    [
      "lua",
      `local clerk = agent.create({ tools = { { name = "log_in", execute = function(args) print("as " .. args.password) return args end } } })
       return tostring(clerk:run("log in"))`,
    ],
    [
      "javascript",
      `const clerk = agent.create({ tools: [{ name: "log_in", execute: (args) => { console.log("as " + args.password); return args; } }] });
       return String(await clerk.stream("log in", () => {}));`,
    ],
    [
      "tengo",
      `clerk := agent.create({tools: [{name: "log_in", execute: func(args) { fmt.println("as ", args.password); return args }}]})
       export string(clerk.run("log in"))`,
    ],
  ])(
    "that only a model names, in the call of a tool, are not in it, and it still replays (%s)",
    async (engine, code) => {
      await using clerk = await startModelServer(({ body }) =>
        JSON.stringify(body).includes('"tool"')
          ? { text: "in" }
          : { toolCalls: [{ name: "log_in", arguments: { user: "ann", password: "hunter2" } }] },
      );
      await using one = createRuntime({ workspace: folder, models: models(clerk.url) });
      const recorded = await one.exec(code, { engine, record: tape });
      expect(recorded).toMatchObject({ ok: true, value: "in", output: "as hunter2\n" });
      const effects = readFileSync(tape, "utf8")
        .split("\n")
        .filter((line) => line !== "" && !line.includes('"type":"output"'));
      expect(effects.join("\n")).toContain("log_in");
      expect(effects.join("\n")).not.toContain("hunter2");
      expect(await one.replay(tape)).toMatchObject({ ok: true, value: "in", output: "as [redacted]\n" });
    },
  );
});
