import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntime, type Runtime } from "./create-runtime.ts";

const folder = mkdtempSync(path.join(tmpdir(), "llmspell-work-"));
const tape = path.join(folder, "tape.jsonl");
let runtime: Runtime;
beforeAll(() => void (runtime = createRuntime({ workers: 1, workspace: folder })));
afterAll(async () => {
  await runtime.shutdown();
  rmSync(folder, { recursive: true });
});

/** Two spans at once, each of which writes files of its name, before and after whatever it waits for; and the script itself. */
const SCRIPTS = {
  lua: `
    local gate, ready, tasks = channel.new(0), channel.new(2), {}
    for _, name in ipairs({ "a", "b" }) do
      tasks[#tasks + 1] = async.spawn(function()
        trace.span(name, function()
          gate:receive()
          fs.write(name .. 1, "")
          local function later() time.sleep(2) fs.write(name .. 2, "") end
          async.all({ async.spawn(later), async.spawn(later) })
          fs.write(name .. 3, "")
          ready:send(true)
          events.wait_for("go.on")
          pcall(function() async.timeout(1000, later) error("no") end)
          fs.write(name .. 4, "")
        end)
      end)
    end
    gate:send(1) gate:send(2)
    fs.write("main", "")
    ready:receive() ready:receive()
    time.sleep(2)
    events.emit("go.on")
    fs.write("main", "")
    async.all(tasks)
    fs.write("main", "")`,
  javascript: `
    const [gate, ready] = [channel.new(0), channel.new(2)];
    const work = (name) => trace.span(name, async () => {
      await gate.receive();
      fs.write(name + 1, "");
      const later = async () => { await util.sleep(2); await null; fs.write(name + 2, ""); };
      await Promise.all([later(), async.spawn(later)]);
      fs.write(name + 3, "");
      ready.send(true);
      await events.waitFor("go.on");
      await async.timeout(1000, later).then(() => Promise.reject(new Error("no"))).catch(() => null);
      fs.write(name + 4, "");
    });
    const both = [work("a"), work("b")];
    gate.send(1);
    await gate.send(2);
    fs.write("main", "");
    await ready.receive();
    await ready.receive();
    await util.sleep(2);
    events.emit("go.on");
    fs.write("main", "");
    await Promise.all(both);
    fs.write("main", "");`,
  tengo: `
    gate := channel.new(0)
    ready := channel.new(2)
    work := func(name) {
      return async.spawn(func() {
        trace.span(name, func() {
          gate.receive()
          fs.write(name + "1", "")
          later := func() { time.sleep(2); fs.write(name + "2", "") }
          async.all([async.spawn(later), async.spawn(later)])
          fs.write(name + "3", "")
          ready.send(true)
          events.wait_for("go.on")
          async.timeout(1000, later)
          fs.write(name + "4", "")
        })
      })
    }
    tasks := [work("a"), work("b")]
    gate.send(1)
    gate.send(2)
    fs.write("main", "")
    ready.receive()
    ready.receive()
    time.sleep(2)
    events.emit("go.on")
    fs.write("main", "")
    async.all(tasks)
    fs.write("main", "")`,
};

describe("what a function calls stands under the work that it is done for, whoever else waits meanwhile", () => {
  it.each(Object.entries(SCRIPTS))("in %s", async (engine, code) => {
    expect(await runtime.exec(code, { engine, record: tape })).toMatchObject({ ok: true });
    const started = readFileSync(tape, "utf8")
      .split("\n")
      .flatMap((line) => (line.startsWith('{"type":"started"') ? [JSON.parse(line) as Started] : []));
    const spans = new Map(
      started.flatMap(({ seq, method, args }) => (method === "trace.span" ? [[seq, args[0]]] : [])),
    );
    const written = started.flatMap(({ method, args, parent }) =>
      method === "fs.write" ? [[args[0]?.replace(/\d/, ""), spans.get(parent) ?? "main"]] : [],
    );
    expect(written).toHaveLength(15);
    for (const [name, under] of written) expect(under).toBe(name);
  });
});

interface Started {
  seq: number;
  parent: number;
  method: string;
  args: string[];
}

describe("a wait that nothing can end any more is told", () => {
  it.each([
    [
      "lua",
      `local t = async.spawn(function() events.wait_for("go.on") end) async.timeout(30, function() time.sleep(2) end) t:await()`,
    ],
    ["javascript", `const w = events.waitFor("go.on"); await async.timeout(30, () => util.sleep(2)); await w;`],
    [
      "tengo",
      `t := async.spawn(func() { return events.wait_for("go.on") })\nasync.timeout(30, func() { time.sleep(2) })\nr := t.await()\nexport r.value.code`,
    ],
  ])("also behind a timer that was given up (%s)", async (engine, code) => {
    const result = await runtime.exec(code, { engine });
    expect(result.ok ? result.value : result.error.code).toBe("script.deadlock");
  });
});
