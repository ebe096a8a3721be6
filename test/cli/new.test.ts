import { existsSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { scratchFolder } from "../support/scratch.ts";
import { typeProblems } from "../support/type-problems.ts";

const LANGUAGES = ["lua", "js", "ts", "tengo"];

/** What each template says with the offline model, by its defaults. */
const OUTPUT: Readonly<Record<string, RegExp>> = {
  basic: /^A spell is a script that orchestrates language models\.\n$/,
  chat: /^> What can you do\?\n.+/,
  agent: /4\n$/,
  workflow: /^The tide turns twice a day\. \(\d+ words\)\n$/,
  extract: /"email": "ada@example\.com"/,
};

describe("llmspell new", () => {
  test.each(Object.keys(OUTPUT).flatMap((template) => LANGUAGES.map((language) => [template, language] as const)))(
    "the template %s in %s runs as it is, and has the right types",
    async (template, language) => {
      using folder = scratchFolder();
      const made = await runCli(["new", "first", "-t", template, "-e", language], { cwd: folder.path });
      expect(made).toMatchObject({ code: 0, stderr: "" });
      expect(made.stdout).toMatch(/^written first\/spell\.yaml\nwritten first\/main\.\w+\n/);
      expect(made.stdout).toContain("Run it: llmspell run first");
      const { code, stdout, stderr } = await runCli(["run", "first"], { cwd: folder.path });
      expect({ code, stderr: stderr.replaceAll(/^(warn|info): .*\n/gm, "") }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(OUTPUT[template] as RegExp);
      expect(["lua", "tengo"].includes(language) ? [] : typeProblems(path.join(folder.path, "first"))).toEqual([]);
    },
  );

  test.each([
    "",
    "../x",
    "a/b",
    "a\\b",
    ".hidden",
    "-x",
    "con",
    "node_modules",
    "a b",
    "é",
    "x\n",
    "a.",
    "lib",
    "x".repeat(101),
  ])("%j cannot be a spell's name", async (name) => {
    using folder = scratchFolder();
    const { code, stdout } = await runCli(["new", "--", name], { cwd: folder.path });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test("what is there is replaced by --force alone", async () => {
    using folder = scratchFolder({ "mine/main.lua": "return 1\n" });
    const file = path.join(folder.path, "mine/main.lua");
    const refused = await runCli(["new", "mine"], { cwd: folder.path });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("mine/main.lua is there already");
    expect(existsSync(path.join(folder.path, "mine/spell.yaml"))).toBe(false);
    expect((await runCli(["new", "mine", "--force"], { cwd: folder.path })).code).toBe(0);
    expect(readFileSync(file, "utf8")).toContain("llm.chat");
  });

  test("nothing is written through a link", async () => {
    using folder = scratchFolder({ "secret.txt": "secret", "mine/.keep": "" });
    symlinkSync("../secret.txt", path.join(folder.path, "mine/main.lua"));
    const { code } = await runCli(["new", "mine", "--force"], { cwd: folder.path });
    expect(code).toBe(2);
    expect(readFileSync(path.join(folder.path, "secret.txt"), "utf8")).toBe("secret");
  });

  test("an unknown template or language is refused with the known ones", async () => {
    expect(await runCli(["new", "x", "-t", "nope"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("basic, chat"),
    });
    expect(await runCli(["new", "x", "-e", "perl"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("lua, js, ts, tengo"),
    });
  });
});

describe("llmspell init", () => {
  test.each(LANGUAGES)("a project in %s: its spell runs by name, and has the right types", async (language) => {
    using folder = scratchFolder();
    const made = await runCli(["init", "-e", language], { cwd: folder.path });
    expect(made).toMatchObject({ code: 0, stderr: "" });
    const { code, stdout } = await runCli(["run", "hello"], { cwd: folder.path });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: "# In Short\n\nA spell is a script that orchestrates language models.\n",
    });
    expect(await runCli(["config", "check"], { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(await runCli(["types", "--check"], { cwd: folder.path })).toMatchObject({ code: 0 });
    expect(["lua", "tengo"].includes(language) ? [] : typeProblems(path.join(folder.path, "spells/hello"))).toEqual([]);
  });

  test("a spell begun in a project joins its spells and its types", async () => {
    using folder = scratchFolder();
    await runCli(["init"], { cwd: folder.path });
    const { stdout } = await runCli(["new", "second", "-e", "js"], { cwd: folder.path });
    expect(stdout).toContain("written spells/second/main.js");
    expect(existsSync(path.join(folder.path, "spells/second/.llmspell"))).toBe(false);
    expect(existsSync(path.join(folder.path, ".llmspell/types/spells/second.d.ts"))).toBe(true);
    expect(await runCli(["run", "second"], { cwd: folder.path })).toMatchObject({ code: 0 });
  });

  test("what is there stays, but for --force", async () => {
    using folder = scratchFolder({ "AGENTS.md": "mine\n", ".gitignore": "mine\n" });
    const { code, stdout } = await runCli(["init", folder.path]);
    expect(code).toBe(0);
    expect(stdout).toContain("2 files were there already.");
    expect(readFileSync(path.join(folder.path, "AGENTS.md"), "utf8")).toBe("mine\n");
    await runCli(["init", folder.path, "--force"]);
    expect(readFileSync(path.join(folder.path, "AGENTS.md"), "utf8")).toContain("# Notes for coding agents");
  });

  test("a file is no place for a project", async () => {
    using folder = scratchFolder({ file: "" });
    expect(await runCli(["init", path.join(folder.path, "file")])).toMatchObject({ code: 2 });
  });
});
