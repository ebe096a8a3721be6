import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { type Runtime, createRuntime } from "./create-runtime.ts";
import type { RunOptions, RunResult } from "./runtime-options.ts";

let folder: string;
let runtime: Runtime;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-runtime-"));
  runtime = createRuntime({
    workers: 2,
    stateFolder: path.join(folder, "state"),
    workspace: folder,
    permissions: { state: "shared" },
  });
});
afterEach(async () => {
  await runtime.shutdown();
  rmSync(folder, { recursive: true });
});

async function exec(code: string, options: RunOptions = {}): Promise<unknown> {
  const result: RunResult = await runtime.exec(code, { engine: "lua", ...options });
  return result.ok ? result.value : result.error;
}

const COUNT = `
local kept = state.create(params)
for round = 1, 10 do
  kept:update("updates", function(n) return (n or 0) + 1 end)
  kept:atomic(function(tx)
    local n = tx:get("waits", 0)
    async.sleep(1)
    tx:set("waits", n + 1)
  end)
  async.all({
    function() kept:update("tasks", function(n) async.sleep(1) return (n or 0) + 1 end) end,
    function() kept:update("tasks", function(n) async.sleep(1) return (n or 0) + 1 end) end,
  })
end`;

describe("runs of one runtime that share a state", () => {
  it.each([{ scope: "global" }, { path: "shared.json" }])("lose no update of each other: %j", async (params) => {
    const runs = Array.from({ length: 4 }, () => exec(COUNT, { params }));
    expect(await Promise.all(runs)).toEqual([null, null, null, null]);
    expect(await exec("return state.create(params):all()", { params })).toEqual({ updates: 40, waits: 40, tasks: 80 });
  });

  it("are told apart by their code where they have no file", async () => {
    const code = 'return state.create{ scope = "spell" }:update("n", function(n) return (n or 0) + 1 end)';
    expect([await exec(code), await exec(code), await exec(`${code} `)]).toEqual([1, 2, 1]);
  });
});

describe("a worker that is ended inside of a change", () => {
  it("leaves the state whole, and keeps nobody waiting", async () => {
    const hang = `
local kept = state.create{ scope = "user", data = { n = 1 } }
kept:atomic(function()
  kept:set("n", 2)
  while true do end
end)`;
    expect(await exec(hang, { limits: { cpuMs: 100 } })).toMatchObject({ code: "limit.cpu" });
    expect(await exec('local kept = state.create{ scope = "user" } kept:set("m", 3) return kept:all()')).toEqual({
      n: 1,
      m: 3,
    });
  });

  it("lets its other runs go on without doing again what they had done", async () => {
    await runtime.shutdown();
    runtime = createRuntime({ workers: 1, stateFolder: path.join(folder, "state") });
    const counting = exec(`
local kept = state.create{ scope = "spell" }
for round = 1, 30 do
  kept:update("n", function(n) return (n or 0) + 1 end)
  async.sleep(10)
end
return kept:get("n")`);
    const hang = exec("async.sleep(50) while true do end", { limits: { cpuMs: 50 } });
    expect(await hang).toMatchObject({ code: "limit.cpu" });
    expect(await counting).toBe(30);
  });
});

test("a spell that another one runs has its own state, whoever runs it", async () => {
  const count = 'state.create{ scope = "spell" }:update("n", function(n) return (n or 0) + 1 end)';
  writeFileSync(path.join(folder, "child.lua"), `return ${count}`);
  for (const name of ["one.lua", "two.lua"])
    writeFileSync(path.join(folder, name), `return { ${count}, spells.run("child.lua") }`);
  const values = [];
  for (const name of ["one.lua", "two.lua", "child.lua"])
    values.push(await runtime.run(path.join(folder, name)).then((result) => result.ok && result.value));
  expect(values).toEqual([[1, 1], [1, 2], 3]);
});

describe("a spell that declares what it needs", () => {
  const SCOPES = `
const may = (scope) => { try { state.create({ scope }); return true; } catch (error) { return error.code; } };
return [may("spell"), may("user")];`;
  const both = [true, true];
  const own = [true, "permission.denied"];
  const none = ["permission.denied", "permission.denied"];

  it.each([
    [undefined, "shared", {}, own],
    [undefined, "none", {}, none],
    [undefined, "spell", { permissions: { state: "none" } }, none],
    [undefined, "spell", { permissions: { state: "shared" } }, both],
    ["shared", "shared", {}, both],
    ["shared", "spell", { permissions: { state: "shared" } }, both],
    ["shared", "spell", { trust: true }, both],
    ["none", "shared", {}, none],
    ["spell", "shared", {}, own],
  ] as const)("state %s, where %s is granted and %j is added", async (declared, granted, options, expected) => {
    await runtime.shutdown();
    runtime = createRuntime({ stateFolder: path.join(folder, "state"), permissions: { state: granted } });
    writeFileSync(path.join(folder, "main.js"), SCOPES);
    const permissions = declared === undefined ? "{}" : `{ state: ${declared} }`;
    writeFileSync(path.join(folder, "spell.yaml"), `name: asking\npermissions: ${permissions}\n`);
    expect(await runtime.run(folder, options)).toMatchObject({ ok: true, value: expected });
  });

  it("is not begun without it, and told how to grant it", async () => {
    await runtime.shutdown();
    runtime = createRuntime({ stateFolder: path.join(folder, "state") });
    writeFileSync(path.join(folder, "main.js"), "console.log('begun')");
    writeFileSync(path.join(folder, "spell.yaml"), "name: asking\npermissions: { state: shared }\n");
    expect(await runtime.run(folder)).toMatchObject({
      ok: false,
      output: "",
      error: { code: "permission.denied", hint: expect.stringContaining("--allow-shared-state") as string },
    });
  });
});
