import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ErrorData, LlmspellError } from "../errors.ts";
import { checkSpell } from "./check-spell.ts";
import { createRuntime } from "./create-runtime.ts";
import { builtInEngines } from "./engines.ts";
import { type Spell, loadSpell } from "./spell.ts";

const root = realpathSync(mkdtempSync(path.join(tmpdir(), "llmspell-spells-")));
const at = (name: string) => path.join(root, name);
const FILES: Record<string, string> = {
  "plain.lua": "return spell.version",
  "spells/tides/spell.yaml": "name: tides\nversion: 1.2.3\nparameters: { turns: { type: integer, default: 2 } }",
  "spells/tides/main.lua": "return { params.turns, spell.name, spell.version }",
  "spells/tides/other.lua": "return spell.name",
  "spells/waves.js": "return 1",
  "spells/sea/foam.ts": "return 1 as number",
  "toml/spell.toml": 'engine = "javascript"\nentry = "src/run.js"\n',
  "toml/src/run.js": "return spell.name",
  "both/spell.yaml": "name: both\nversion: 1.0.0",
  "both/main.lua": "-- ---\n-- name: both\n-- description: Said here.\n-- ---\nreturn 1",
  "differ/spell.yaml": "name: one\nversion: 1.0.0",
  "differ/main.lua": "\n-- ---\n-- version: 2.0.0\n-- ---\nreturn 1",
  "engine/spell.yaml": "name: engine\nengine: lua\nentry: main.js",
  "engine/main.js": "return 1",
  "shebang/spell.yaml": "engine: javascript\nentry: main",
  "shebang/main": "#!/usr/bin/env lua\nreturn 1",
  "bare/spell.yaml": "engine: lua\nentry: main",
  "bare/main": "return 7",
  "unknown/spell.yaml": "name: unknown\nengine: luaa\nentry: main.lua",
  "unknown/main.lua": "return 1",
  "gone/spell.yaml": "entry: gone.lua",
  "outside/spell.yaml": "entry: ../plain.lua",
  "linked/spell.yaml": "entry: link.lua",
  "many/spell.yaml": "name: x",
  "many/a.lua": "return 1",
  "many/b.lua": "return 1",
  "none/spell.yaml": "name: x",
  "two/spell.yaml": "name: x",
  "two/spell.json": "{}",
  "empty/readme.md": "",
  "header-entry.lua": "-- ---\n-- entry: other.lua\n-- ---",
  "broken/spell.yaml": "name: x\nengin: lua",
  "broken/main.lua": "x = = 1",
  "needs/spell.yaml": "permissions: { net: [api.example.com, 127.0.0.1], env: [LLMSPELL_TEST_A], fs: read }",
  "needs/main.lua":
    "return { env.LLMSPELL_TEST_A, env.LLMSPELL_TEST_B or false, (pcall(fs.exists, 'x')), (pcall(fs.write, 'x', 'y')) }",
  "limits/spell.yaml": "limits: { cpu: 50ms }",
  "limits/main.lua": "while true do end",
  "depends/spell.yaml": "dependencies: [helper, tides, missing]",
  "depends/main.lua": "return 1",
  "depends/lib/helper.lua": "return 1",
  "file.lua": "-- ---\n-- parameters: { notes: { type: file } }\n-- ---\nreturn params.notes",
};

const engines = builtInEngines();
const spellFolders = [at("spells")];
const load = (target: string, folders: readonly string[] = spellFolders): Promise<Spell> =>
  loadSpell(target, engines, { spellFolders: folders });

beforeAll(() => {
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(at(name)), { recursive: true });
    writeFileSync(at(name), text);
  }
  symlinkSync(at("plain.lua"), at("linked/link.lua"));
  writeFileSync(at("latin.lua"), Buffer.from([0x2d, 0x2d, 0xe4]));
  mkdirSync(at("latin"));
  writeFileSync(at("latin/spell.yaml"), Buffer.from("name: \xe4", "latin1"));
  process.env["LLMSPELL_TEST_A"] = "a";
  process.env["LLMSPELL_TEST_B"] = "b";
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function failure(work: Promise<unknown>): Promise<ErrorData> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(LlmspellError.is(error)).toBe(true);
  return (error as LlmspellError).toData();
}

describe("a spell is found", () => {
  test.each([
    ["spells/tides", { name: "tides", file: at("spells/tides/main.lua"), version: "1.2.3", engine: "lua" }],
    ["spells/tides/spell.yaml", { name: "tides", file: at("spells/tides/main.lua") }],
    ["spells/tides/main.lua", { name: "tides", version: "1.2.3" }],
    ["toml", { name: "toml", engine: "javascript", file: at("toml/src/run.js"), folder: at("toml/src") }],
    ["both", { name: "both", version: "1.0.0" }],
    ["bare", { engine: "lua", file: at("bare/main") }],
  ])("by the path %s", async (target, expected) => expect(await load(at(target))).toMatchObject(expected));

  test.each([
    ["tides", at("spells/tides/main.lua")],
    ["waves", at("spells/waves.js")],
    ["sea/foam", at("spells/sea/foam.ts")],
  ])("by the name %s", async (name, file) => expect(await load(name)).toMatchObject({ file }));

  test("without a manifest that is about another script, and without any", async () => {
    for (const file of ["spells/tides/other.lua", "plain.lua"]) {
      const spell = await load(at(file));
      expect(spell).toMatchObject({ name: path.basename(file, ".lua") });
      expect([spell.manifest, spell.version]).toEqual([undefined, undefined]);
    }
  });
});

describe("a spell is refused", () => {
  test.each([
    ["differ", "manifest.invalid", `say different things of version: "2.0.0" here, "1.0.0" there`, 3],
    ["engine", "manifest.invalid", `engine: lua contradicts ${at("engine/main.js")}, which is javascript`, 2],
    ["shebang", "manifest.invalid", `engine: javascript contradicts ${at("shebang/main")}, which is lua`, 1],
    ["unknown", "manifest.invalid", 'no engine is named "luaa" (did you mean lua?)', 2],
    ["gone", "manifest.invalid", "entry: gone.lua does not exist", 1],
    ["outside", "manifest.invalid", "entry: ../plain.lua lies outside of the spell's folder", 1],
    ["linked", "manifest.invalid", "entry: link.lua lies outside of the spell's folder", 1],
    ["many", "manifest.invalid", "it names no entry, and there are several scripts: a.lua, b.lua", 1],
    ["none", "manifest.invalid", "there is no script beside it", 1],
    ["two", "manifest.invalid", "there are two manifests", undefined],
    ["latin", "manifest.invalid", "is not valid UTF-8 text", undefined],
    ["latin.lua", "script.syntax", "is not valid UTF-8 text", undefined],
    ["header-entry.lua", "manifest.invalid", "leave entry out", 2],
    ["empty", "script.not_found", "is a folder without a manifest", undefined],
    ["plane.lua", "script.not_found", "does not exist", undefined],
  ])("%s: %s, %s", async (target, code, message, line) => {
    const error = await failure(load(at(target)));
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
    expect(error.frames?.[0]?.line).toBe(line);
  });

  test("by name, with the nearest one and where it was looked for", async () => {
    const error = await failure(load("tide"));
    expect(error).toMatchObject({ code: "script.not_found", message: "tide does not exist" });
    expect(error.hint).toContain("Did you mean tides?");
    expect(error.hint).toContain(at("spells"));
    for (const name of ["../plain", "spells/../tides", "tides/", "__proto__"]) await failure(load(name));
  });

  test("with all that is wrong in manifest and script", async () => {
    for (const target of ["broken", "broken/main.lua", "broken/spell.yaml"]) {
      const problems = await checkSpell(at(target), engines, {});
      expect(problems.map(({ code }) => code)).toEqual(["manifest.invalid", "script.syntax"]);
    }
    expect(await checkSpell(at("spells/tides"), engines, {})).toEqual([]);
    const [missing] = await checkSpell(at("depends"), engines, { spellFolders });
    expect(missing?.code).toBe("script.dependency_not_found");
  });
});

describe("a run", () => {
  const runtime = createRuntime({ spellFolders, workspace: root });
  afterAll(() => runtime.shutdown());
  const run = async (...[target, options]: Parameters<typeof runtime.run>) => {
    const result = await runtime.run(target, options);
    return result.ok ? result.value : result.error.toData();
  };

  test("gets its parameters, its name and version", async () => {
    expect(await run("tides")).toEqual([2, "tides", "1.2.3"]);
    expect(await run("tides", { params: { turns: 5 } })).toEqual([5, "tides", "1.2.3"]);
    expect(await run("tides", { params: { turns: "5" } })).toMatchObject({ code: "params.invalid" });
    expect(await run(at("plain.lua"))).toBeNull();
  });

  test("gets files of its workspace only", async () => {
    const file = (notes: string) => run(at("file.lua"), { params: { notes } });
    expect(await file("plain.lua")).toBe("plain.lua");
    expect(await file("gone.md")).toMatchObject({ message: expect.stringContaining("gone.md does not exist") });
    expect(await file("/etc/passwd")).toMatchObject({ message: expect.stringContaining("outside of the workspace") });
    expect(await file("a\0b")).toMatchObject({ code: "params.invalid" });
  });

  test("is denied what its manifest declares and nobody grants, all at once", async () => {
    const error = await run(at("needs"), { permissions: { fs: "none" } });
    expect(error).toMatchObject({
      code: "permission.denied",
      message:
        "needs needs what it is not granted: the network (api.example.com, 127.0.0.1); environment variables (LLMSPELL_TEST_A); files (read, and none is granted)",
      hint: expect.stringContaining("--trust"),
    });
    expect(await run(at("needs"), { permissions: { net: ["*"] } })).toMatchObject({
      hint: "Grant it with --allow-net 127.0.0.1 --allow-env LLMSPELL_TEST_A, or grant all that its manifest declares with --trust.",
    });
  });

  test("has what is declared once it is granted, what it adds itself, and nothing else", async () => {
    expect(await run(at("needs"), { trust: true })).toEqual(["a", false, true, false]);
    const net = ["*.example.com", "127.0.0.1"];
    const env = ["LLMSPELL_TEST_A", "LLMSPELL_TEST_B"];
    await using generous = createRuntime({ workspace: root, permissions: { net, privateNet: net, env, fs: "write" } });
    const least = await generous.run(at("needs"));
    expect(least).toMatchObject({ ok: true, value: ["a", false, true, false] });
    const own = await run(at("needs"), { permissions: { net, privateNet: net, env, fs: "write" } });
    expect(own).toEqual(["a", "b", true, true]);
  });

  test("is held to the limits of its manifest, which the run's own go over", async () => {
    expect(await run(at("limits"))).toMatchObject({
      code: "limit.cpu",
      details: expect.objectContaining({ limit: 50 }),
    });
    const longer = await run(at("limits"), { limits: { cpuMs: 80 } });
    expect(longer).toMatchObject({ details: expect.objectContaining({ limit: 80 }) });
    await using strict = createRuntime({ ceilings: { cpuMs: { value: 20 } } });
    expect(await strict.run(at("limits"))).toMatchObject({ ok: false, error: { code: "permission.denied" } });
  });

  test("needs its dependencies", async () => {
    const error = await run(at("depends"));
    expect(error).toMatchObject({
      code: "script.dependency_not_found",
      details: { missing: ["missing"], folders: [at("depends"), at("depends/lib"), at("spells")] },
    });
  });

  test("can be described without being made", async () => {
    expect(await runtime.describe("tides")).toMatchObject({
      name: "tides",
      version: "1.2.3",
      engine: "lua",
      manifest: at("spells/tides/spell.yaml"),
      parameters: [{ name: "turns", type: "integer", default: 2 }],
    });
    expect(await runtime.describe(at("plain.lua"))).toEqual({
      name: "plain",
      engine: "lua",
      file: at("plain.lua"),
      manifest: null,
      parameters: [],
    });
    expect(await failure(runtime.describe("tide"))).toMatchObject({ code: "script.not_found" });
  });
});
