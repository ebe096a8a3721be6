import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../../test/support/scratch.ts";
import { createRuntime } from "./create-runtime.ts";
import type { RunOptions, RunResult } from "./runtime-options.ts";

const world = scratchFolder({
  "main/run.lua": "return spells.run(params.name, params.params or {}, params.options)",
  "main/run.js": "return spells.run(params.name, params.params ?? {}, params.options ?? undefined)",
  "main/caught.lua": "local ok, e = pcall(spells.run, params.name, {}, params.options) return { ok, e.code, 'on' }",
  "main/caught.js":
    "try { await spells.run(params.name, {}, params.options); } catch (e) { return [false, e.code, 'on']; }",
  "main/loop.lua": "while true do end",
  "main/loop.js": "for (;;);",
  "main/bomb.lua": "local t = {} while true do t[#t + 1] = ('x'):rep(1e5) end",
  "main/bomb.js": "const t = []; for (;;) t.push(new Uint8Array(1e5));",
  "main/output.lua": "while true do print(('x'):rep(1000)) end",
  "main/output.js": "for (;;) console.log('x'.repeat(1000));",
  "main/calls.lua": "for i = 1, 1000 do fs.exists('x') end",
  "main/calls.js": "for (let i = 0; i < 1000; i++) fs.exists('x');",
  "main/chat.lua": "for i = 1, 50 do llm.chat('hello there') end",
  "main/chat.js": "for (let i = 0; i < 50; i++) await llm.chat('hello there');",
  "main/stuck.lua": "channel.new(0):receive()",
  "main/stuck.js": "await channel.new(0).receive();",
  "main/sleep.lua": "async.sleep(60000)",
  "main/sleep.js": "await util.sleep(60000);",
  "main/write.lua": "fs.write('out.txt', 'x') return 'written'",
  "main/write.js": "fs.write('out.txt', 'x'); return 'written'",
  "main/env.lua": "return { env.CHILD_A, env.CHILD_B }",
  "main/env.js": "return [env.CHILD_A ?? null, env.CHILD_B ?? null]",
  "main/ends.lua": "return function() end",
  "main/ends.js": "return () => 1",
  "main/again.lua": "return spells.run('again.lua')",
  "main/fan.lua":
    "local n = 0 local list = {} for i = 1, 12 do list[i] = function() return spells.run('one.js', { n = i }).n end end for _, v in ipairs(async.all(list)) do n = n + v end return n",
  "main/one.js": "await util.sleep(5); return { n: params.n }",
  "main/random.lua": "return { math.random(1e9), spells.run('roll.lua'), spells.run('roll.lua') }",
  "main/roll.lua": "return math.random(1e9)",
  "main/shared.lua": "seen = 1 state.set('k', 'parent') return { spells.run('alone.lua'), seen }",
  "main/alone.lua": "seen = 2 return { type(state.get('k')), spell.name, spell.dir ~= nil }",
  "main/deep/inner.lua": "return require('near')",
  "main/deep/near.lua": "return 'near'",
  "main/sibling.lua": "return spells.run('deep/up.lua')",
  "main/deep/up.lua": "return spells.run('../sibling.lua')",
  "main/needs/spell.yaml": "name: needs\nentry: a.lua\npermissions:\n  net: [api.example.com]\n",
  "main/needs/a.lua": "return 'had it'",
  "main/modest/spell.yaml": "name: modest\nentry: a.lua\npermissions:\n  fs: read\n",
  "main/modest/a.lua": "fs.write('out.txt', 'x') return 'written'",
  "shared/greet/spell.yaml": "name: greet\nentry: main.js\n",
  "shared/greet/main.js": "return 'hello from ' + spell.name",
  "secret.lua": "return 'secret'",
});
symlinkSync(path.join(world.path, "secret.lua"), path.join(world.path, "main/link.lua"));
const runtime = createRuntime({
  workers: 1,
  models: { model: "offline" },
  workspace: path.join(world.path, "work"),
  spellFolders: [path.join(world.path, "shared")],
});
mkdirSync(path.join(world.path, "work"));
afterAll(async () => {
  await runtime.shutdown();
  world[Symbol.dispose]();
});

const at = (file: string) => path.join(world.path, "main", file);
const run = (file: string, params: RunOptions["params"] = {}, options: RunOptions = {}): Promise<RunResult> =>
  runtime.run(at(file), { params, ...options });
const languages = ["lua", "js"];
const pairs = languages.flatMap((parent) => languages.map((child) => [parent, child] as const));

describe.each(pairs)("a spell in %s that runs one in %s", (parent, child) => {
  const failure = async (name: string, options: RunOptions = {}, file = `run.${parent}`) => {
    const result = await run(file, { name: `${name}.${child}` }, options);
    return result.ok ? { value: result.value } : { code: result.error.code, files: filesOf(result) };
  };
  const filesOf = (result: RunResult) =>
    result.ok ? [] : (result.error.frames ?? []).map((frame) => path.basename(frame.file));

  it("is ended for an endless loop of it, under its own CPU limit", async () => {
    for (const file of [`run.${parent}`, `caught.${parent}`])
      expect(await failure("loop", { limits: { cpuMs: 300 } }, file)).toEqual({
        code: "limit.cpu",
        files: [`loop.${child}`, file],
      });
  });

  it("may catch that it used up its memory", async () => {
    const limits = { memoryBytes: 16 * 1024 * 1024 };
    expect(await failure("bomb", { limits })).toMatchObject({ code: "limit.memory" });
    expect(await failure("bomb", { limits }, `caught.${parent}`)).toEqual({ value: [false, "limit.memory", "on"] });
  });

  it("is ended for its output, its host calls and its spending, which count together", async () => {
    for (const [name, options, code] of [
      ["output", { limits: { outputBytes: 50_000 } }, "limit.output"],
      ["calls", { limits: { hostCalls: 100 } }, "limit.host_calls"],
      ["chat", { budget: { tokens: 60 } }, "budget.exceeded"],
    ] as const)
      for (const file of [`run.${parent}`, `caught.${parent}`])
        expect(await failure(name, { ...options, onOutput: () => {} }, file)).toMatchObject({ code });
  });

  it("names the child's file where that fails", async () => {
    expect(await failure("stuck")).toMatchObject({ code: "script.deadlock" });
    expect((await failure("stuck")).files?.[0]).toBe(`stuck.${child}`);
    expect((await failure("ends")).code).toBe("value.unsupported");
  });

  it("ends with its deadline, and can be cancelled", async () => {
    expect(await failure("sleep", { limits: { timeoutMs: 200 } })).toMatchObject({ code: "limit.wall" });
    expect(await failure("sleep", { signal: AbortSignal.timeout(150) })).toMatchObject({ code: "run.aborted" });
    const params = { name: `sleep.${child}`, options: { timeoutMs: 100 } };
    expect(await run(`caught.${parent}`, params)).toMatchObject({ ok: true, value: [false, "async.timeout", "on"] });
  });

  it("gives it no more than it has itself", async () => {
    const write = async (options: object, own: RunOptions = {}) =>
      run(`run.${parent}`, { name: `write.${child}`, options }, own);
    expect(await write({})).toMatchObject({ ok: true });
    expect(await write({ permissions: { fs: "read" } })).toMatchObject({ error: { code: "permission.denied" } });
    expect(await write({ permissions: { fs: "write" } }, { permissions: { fs: "read" } })).toMatchObject({
      error: { code: "permission.denied" },
    });
    process.env["CHILD_A"] = "a";
    process.env["CHILD_B"] = "b";
    const env = (options: object) =>
      run(`run.${parent}`, { name: `env.${child}`, options }, { permissions: { env: ["CHILD_A"] } });
    expect(await env({})).toMatchObject({ value: child === "js" ? ["a", null] : ["a"] });
    expect(await env({ permissions: { env: ["CHILD_B"] } })).not.toMatchObject({ value: ["a"] });
  });
});

it("spells are found in the spell folders and never elsewhere", async () => {
  expect(await run("run.lua", { name: "greet" })).toMatchObject({ value: "hello from greet" });
  expect(await run("run.lua", { name: "deep/inner.lua" })).toMatchObject({ value: "near" });
  for (const name of ["../secret.lua", "link.lua", "/etc/passwd", "file:///x", "", "a\0b", "main", "x".repeat(5000)])
    expect(await run("run.lua", { name })).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/^(script\.not_found|input\.invalid)$/) as string },
    });
  expect(await run("run.lua", { name: "gret" })).toMatchObject({
    error: { message: 'there is no spell "gret"', hint: expect.stringContaining('Did you mean "greet"') as string },
  });
  expect(await run("sibling.lua")).toMatchObject({ error: { code: "script.not_found" } });
});

it("what a manifest declares must be granted to the caller, and is all that the child gets", async () => {
  expect(await run("run.lua", { name: "needs" })).toMatchObject({ error: { code: "permission.denied" } });
  expect(await run("run.lua", { name: "needs" }, { permissions: { net: ["api.example.com"] } })).toMatchObject({
    value: "had it",
  });
  expect(await run("run.lua", { name: "modest" })).toMatchObject({ error: { code: "permission.denied" } });
});

it("a spell that runs itself is ended with the chain", async () => {
  expect(await run("again.lua")).toMatchObject({
    error: {
      code: "limit.recursion",
      message: expect.stringMatching(/8 deep: .*again\.lua -> .*again\.lua/) as string,
    },
  });
});

it("many at once wait for one another", async () => {
  expect(await run("fan.lua")).toMatchObject({ value: 78 });
});

it("each has globals, state and random numbers of its own, by the run's seed", async () => {
  expect(await run("shared.lua")).toMatchObject({ value: [["nil", "alone", true], 1] });
  const [first, again] = [await run("random.lua", {}, { seed: 7 }), await run("random.lua", {}, { seed: 7 })];
  expect(first).toMatchObject({ ok: true, value: again.ok && again.value });
  expect(new Set(first.ok ? (first.value as number[]) : []).size).toBe(3);
});

it("an edit shows in the next run", async () => {
  for (const n of [1, 2]) {
    writeFileSync(at("edited.js"), `export const n = ${n};`);
    writeFileSync(at("edits.js"), 'import { n } from "./edited.js"; return [n, await spells.run("edited-child.lua")];');
    writeFileSync(at("edited-child.lua"), `return ${n}`);
    expect(await run("edits.js")).toMatchObject({ value: [n, n] });
  }
});

it("goes on in another worker without repeating what children did", { timeout: 20_000 }, async () => {
  const log = path.join(world.path, "work", "log.txt");
  writeFileSync(log, "");
  writeFileSync(at("done.lua"), "fs.append('log.txt', 'done;') return { os.time() > 0, math.random(1e9) }");
  writeFileSync(
    at("slow.js"),
    "const t = Date.now(); fs.append('log.txt', 'begun;'); await util.sleep(900); fs.append('log.txt', 'ended;'); return Date.now() > t",
  );
  writeFileSync(
    at("goes-on.lua"),
    "local a = spells.run('done.lua') local t = os.time() local b = spells.run('slow.js') return { a[1], b, os.time() >= t, spells.run('done.lua')[1] }",
  );
  const going = run("goes-on.lua");
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await runtime.exec("while true do end", { engine: "lua", limits: { cpuMs: 100 } })).toMatchObject({
    error: { code: "limit.cpu" },
  });
  expect(await going).toMatchObject({ ok: true, value: [true, true, true, true] });
  expect(readFileSync(log, "utf8")).toBe("done;begun;ended;done;");
});
