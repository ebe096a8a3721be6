import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRuntime, type Runtime } from "./create-runtime.ts";

const SPELL = `return tools.command_run("node", {"-p", "1 + 1"}).stdout`;

let folder: string;
let runtime: Runtime;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "llmspell-commands-"));
  writeFileSync(path.join(folder, "main.lua"), SPELL);
  runtime = createRuntime({ workspace: folder });
});
afterEach(async () => {
  await runtime.shutdown();
  rmSync(folder, { recursive: true });
});

describe("programs", () => {
  it("run only where they are allowed by name", async () => {
    const run = (commands: string[]) => runtime.run(path.join(folder, "main.lua"), { permissions: { commands } });
    expect(await run(["node"])).toMatchObject({ ok: true, value: "2\n" });
    expect(await run(["git"])).toMatchObject({ ok: false, error: { code: "permission.denied" } });
  });

  it("that a manifest declares must be granted before it starts", async () => {
    writeFileSync(path.join(folder, "spell.yaml"), "name: counts\npermissions: { commands: [node], fs: read }\n");
    const refused = await runtime.run(folder);
    expect(refused).toMatchObject({ ok: false, error: { code: "permission.denied", details: { commands: ["node"] } } });
    expect(!refused.ok && refused.error.hint).toContain("--allow-command node");
    expect(await runtime.run(folder, { trust: true })).toMatchObject({ ok: true, value: "2\n" });
  });

  it("are not those of a child spell that may do less", async () => {
    const parent = path.join(folder, "parent.lua");
    const run = (commands: string) => {
      writeFileSync(parent, `return spells.run("main.lua", {}, {permissions = {commands = ${commands}}})`);
      return runtime.run(parent, { permissions: { commands: ["*"] } });
    };
    expect(await run(`{"git"}`)).toMatchObject({ ok: false, error: { code: "permission.denied" } });
    expect(await run(`{"node"}`)).toMatchObject({ ok: true, value: "2\n" });
  });
});
