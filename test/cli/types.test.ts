import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { Validator } from "@cfworker/json-schema";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../support/root.ts";
import { runCli } from "../support/run-cli.ts";
import { scratchFolder } from "../support/scratch.ts";
import { typeProblems } from "../support/type-problems.ts";

const MANIFEST = `name: greet
parameters:
  who: { type: string, required: true }
  times: { type: integer, default: 2 }
  tone: { enum: [kind, rude] }
`;

const PROJECT = {
  "spells/greet/spell.yaml": MANIFEST,
  "spells/greet/main.js":
    'import { shout } from "words";\nconsole.log(shout(params.who), params.times, params.tone);\n',
  "spells/plain.js": "console.log(params.anything, await llm.countTokens('a'));\n",
  "lib/words.js": "export const shout = (text) => text.toUpperCase();\n",
};

describe("llmspell types", () => {
  test("a spell's own parameters are typed in its folder, modules are found, other spells take any", async () => {
    using folder = scratchFolder(PROJECT);
    const { code, stdout, stderr } = await runCli(["types"], { cwd: folder.path });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("Parameters of 1 spell are typed.");
    const spell = path.join(folder.path, "spells/greet");
    expect(typeProblems(folder.path)).toEqual([]);
    expect(typeProblems(spell)).toEqual([]);
    writeFileSync(path.join(spell, "main.js"), "params.whom;\nparams.times.toUpperCase();\nprocess.exit();\n");
    expect(typeProblems(spell)).toEqual([
      expect.stringMatching(/^main\.js 2551 .*whom.*Did you mean 'who'/),
      expect.stringMatching(/^main\.js 2339 .*toUpperCase/),
      expect.stringMatching(/^main\.js 2591 .*process/),
    ]);
  });

  test("declarations go with their spell", async () => {
    using folder = scratchFolder({
      ...PROJECT,
      "spells/other/spell.yaml": "name: other\n",
      "spells/other/main.js": "",
    });
    const types = (...flags: string[]) => runCli(["types", folder.path, ...flags]);
    await types();
    const declarations = () => readdirSync(path.join(folder.path, ".llmspell/types/spells")).toSorted();
    expect(declarations()).toEqual(["greet.d.ts", "other.d.ts"]);
    rmSync(path.join(folder.path, "spells/other"), { recursive: true });
    expect((await types("--check")).code).toBe(1);
    expect(declarations()).toEqual(["greet.d.ts", "other.d.ts"]);
    expect((await types()).stdout).toContain("removed ");
    expect(declarations()).toEqual(["greet.d.ts"]);
    expect((await types("--check")).code).toBe(0);
  });

  test("types written twice are the same; a check says what is out of date and writes nothing", async () => {
    using folder = scratchFolder(PROJECT);
    const types = (...flags: string[]) => runCli(["types", folder.path, ...flags]);
    expect((await types("--check")).code).toBe(1);
    await types();
    expect((await types()).stdout).toBe("Types are up to date. Parameters of 1 spell are typed.\n");
    expect((await types("--check")).code).toBe(0);
    const file = path.join(folder.path, "spells/greet/spell.yaml");
    writeFileSync(file, MANIFEST.replace("times", "often"));
    const params = path.join(folder.path, ".llmspell/types/spells/greet.d.ts");
    const before = readFileSync(params, "utf8");
    const { code, stdout } = await types("--check", "--json");
    expect(code).toBe(1);
    const stale = (JSON.parse(stdout).files as { path: string; outcome: string }[]).filter(
      (each) => each.outcome === "stale",
    );
    expect(stale.map((each) => each.path)).toEqual([
      ".llmspell/types/params.d.ts",
      ".llmspell/types/params.d.lua",
      ".llmspell/types/params.tengo",
      ".llmspell/types/spells/greet.d.ts",
    ]);
    expect(readFileSync(params, "utf8")).toBe(before);
  });

  test("settings of the user stay, are joined where that harms nothing, and are replaced by --force alone", async () => {
    const own = '{ "compilerOptions": { "strict": true } }\n';
    using folder = scratchFolder({
      "tsconfig.json": own,
      ".luarc.json": '{ "diagnostics": { "globals": ["vim"] }, "workspace": { "library": ["/lua"] } }',
    });
    const tsconfig = path.join(folder.path, "tsconfig.json");
    const { stderr } = await runCli(["types"], { cwd: folder.path });
    expect(stderr).toMatch(/^kept tsconfig\.json: it is yours and stays.*tsconfig\.base\.json.*--force/);
    expect(readFileSync(tsconfig, "utf8")).toBe(own);
    const luarc = JSON.parse(readFileSync(path.join(folder.path, ".luarc.json"), "utf8"));
    expect(luarc.diagnostics.globals).toEqual(["vim"]);
    expect(luarc.workspace.library).toEqual(["/lua", ".llmspell/types"]);
    expect(luarc.runtime.builtin).toMatchObject({ io: "disable", os: "disable", debug: "disable" });
    expect((await runCli(["types", "--force"], { cwd: folder.path })).stderr).toBe("");
    expect(readFileSync(tsconfig, "utf8")).toContain("tsconfig.base.json");
  });

  test("a broken manifest is told, and the rest is written", async () => {
    using folder = scratchFolder({
      ...PROJECT,
      "spells/bad/spell.yaml": "name: [x\n",
      "spells/odd/spell.yaml": "nmae: x\n",
    });
    const { code, stderr, stdout } = await runCli(["types"], { cwd: folder.path });
    expect(code).toBe(0);
    expect(stderr).toContain("spells/bad/spell.yaml");
    expect(stderr).toContain("nmae");
    expect(stdout).toContain("Parameters of 1 spell are typed.");
  });

  test("what is no folder is refused", async () => {
    using folder = scratchFolder({ "a.lua": "" });
    for (const name of ["a.lua", "missing"]) {
      const { code, stderr } = await runCli(["types", name], { cwd: folder.path });
      expect(code).toBe(2);
      expect(stderr).toContain(`${name} is no folder`);
    }
  });

  test("TypeScript is checked strictly where no JavaScript is", async () => {
    using folder = scratchFolder({ "a.ts": "const list: string[] | null = null;\nlist.pop();\n" });
    await runCli(["types"], { cwd: folder.path });
    expect(typeProblems(folder.path)).toEqual([expect.stringMatching(/^a\.ts (2531|18047|2339) /)]);
  });
});

describe("JSON Schemas of the package", () => {
  const schema = (name: string) =>
    new Validator(
      JSON.parse(readFileSync(path.join(ROOT, "dist/schemas", name), "utf8")),
      name === "spell.json" ? "7" : "2020-12",
    );

  test.each([
    [MANIFEST, true],
    ["name: a\nparameters:\n  - { name: x, type: string, min_length: 2, choices: [a, b] }\n", true],
    ["permissions: { net: ['*'], fs: read, private_net: [] }\nlimits: { memory: 64MB }\n", true],
    ["nmae: a\n", false],
    ["parameters:\n  x: { type: strng }\n", false],
    ["permissions: { fs: all }\n", false],
  ])("spell.json takes what a manifest may say: %j is %s", (text, valid) => {
    expect(schema("spell.json").validate(parse(text)).valid).toBe(valid);
  });

  test.each([
    ["spells: { directories: [spells] }\nmodules: { paths: [lib] }\n", true],
    ["spels: {}\n", false],
  ])("config.json takes what a configuration may say: %j is %s", (text, valid) => {
    expect(schema("config.json").validate(parse(text)).valid).toBe(valid);
  });
});
