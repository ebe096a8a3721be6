import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { runCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

const SHELLS = ["bash", "zsh", "fish"] as const;
const installed = (shell: string) => spawnSync(shell, ["--version"]).status === 0;

let folder: ReturnType<typeof scratchFolder>;
beforeAll(async () => {
  folder = scratchFolder({ "a spell.lua": "", "other.js": "", "notes.txt": "", "lib/inner.lua": "" });
  for (const shell of SHELLS) {
    const { stdout } = await runCli(["completion", shell]);
    writeFileSync(path.join(folder.path, `.${shell}`), stdout);
  }
});
afterAll(() => folder[Symbol.dispose]());

/** What bash offers for the last of the words. */
function inBash(...words: string[]): string[] {
  const script = `source .bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _llmspell; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const options = { cwd: folder.path, encoding: "utf8" } as const;
  const text = execFileSync("bash", ["--norc", "-c", script, "bash", "llmspell", ...words], options);
  return text.split("\n").filter((line) => line !== "");
}

describe("bash completes", () => {
  it("commands and what is inside them", () => {
    const commands = createProgram(undefined).commands.map((command) => command.name());
    expect(inBash("")).toEqual(expect.arrayContaining(commands));
    expect(inBash("ex")).toEqual(["exec"]);
    expect(inBash("model", "")).toEqual(["list", "info"]);
    expect(inBash("completion", "z")).toEqual(["zsh"]);
  });

  it("flags of the command, wherever they stand", () => {
    expect(inBash("run", "--max-")).toEqual(["--max-cost", "--max-tokens"]);
    expect(inBash("run", "other.js", "--jso")).toEqual(["--json", "--jsonl"]);
    expect(inBash("model", "list", "--")).toEqual(expect.arrayContaining(["--provider", "--json", "--help"]));
    expect(inBash("--v")).toEqual(["--version"]);
  });

  it("the values of flags", () => {
    expect(inBash("run", "--engine", "l")).toEqual(["lua", "lua5.4"]);
    expect(inBash("exec", "-e", "java")).toEqual(["javascript"]);
    expect(inBash("run", "--log-level", "=", "w")).toEqual(["warn"]);
    expect(inBash("run", "-m", "off")).toEqual(["offline"]);
    expect(inBash("run", "--workspace", "")).toEqual(["lib"]);
    expect(inBash("run", "--seed", "")).toEqual([]);
  });

  it("scripts where a script is meant, files behind it", () => {
    expect(inBash("run", "").toSorted()).toEqual(["a spell.lua", "lib", "other.js"]);
    expect(inBash("run", "-m", "run", "").toSorted()).toEqual(["a spell.lua", "lib", "other.js"]);
    expect(inBash("run", "--engine", "=", "lua", "o")).toEqual(["other.js"]);
    expect(inBash("validate", "other.js", "a")).toEqual(["a spell.lua"]);
    expect(inBash("run", "other.js", "no")).toEqual(["notes.txt"]);
  });
});

it.runIf(installed("fish"))("fish completes commands, flags, values and scripts", () => {
  const inFish = (line: string) =>
    execFileSync("fish", ["--no-config", "-c", `source .fish; complete -C "${line}"`], {
      cwd: folder.path,
      encoding: "utf8",
    });
  expect(inFish("llmspell ex")).toMatch(/^exec\trun code/);
  expect(inFish("llmspell run --max-")).toMatch(/--max-cost\t.*\n--max-tokens/);
  expect(inFish("llmspell run --engine l")).toMatch(/^lua\t.*\nlua5\.4\t/);
  expect(inFish("llmspell model ")).toMatch(/list\t.*\n?.*info\t|info\t.*\n?.*list\t/);
  expect(inFish("llmspell run o")).toContain("other.js");
});

it.each(SHELLS.filter(installed))("the script for %s parses", (shell) => {
  const { status, stderr } = spawnSync(shell, ["-n", `.${shell}`], { cwd: folder.path, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
});

it.each(SHELLS)("the script for %s knows every command and flag", async (shell) => {
  const { stdout } = await runCli(["completion", shell]);
  const names = createProgram(undefined).commands.flatMap((command) => [
    command.name(),
    ...command.options.flatMap(({ long }) => long?.slice(2) ?? []),
  ]);
  expect(names.filter((name) => !stdout.includes(name))).toEqual([]);
});

it("names the shells it knows", async () => {
  const { code, stderr } = await runCli(["completion", "tcsh"]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("bash, zsh, fish")]);
});
