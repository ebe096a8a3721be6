import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import { fileSchemas } from "../src/bridges/workflow-schemas.ts";
import { inspectConfig } from "../src/config/load-config.ts";
import { createRuntime } from "../src/index.ts";
import { checkWorkflowText } from "../src/workflows/read-workflow.ts";
import { blocksOf, codeBlocks } from "./support/code-blocks.ts";
import { ROOT } from "./support/root.ts";
import { withoutProviders } from "./support/run-cli.ts";
import { scratchFolder } from "./support/scratch.ts";

test("the generated pages are what `npm run docs` writes", () => {
  const { stdout } = spawnSync(process.execPath, ["scripts/docs/main.ts", "--check"], { cwd: ROOT, encoding: "utf8" });
  expect(stdout).toBe("");
});

const blocks = codeBlocks();
const runnable = (...languages: string[]) =>
  blocks
    .filter(({ language, noRun }) => noRun === undefined && languages.includes(language))
    .map((block) => [block.where, block] as const);

test("blocks are found with their language, reason and output", () => {
  const found = blocksOf(
    "x.md",
    'a\n\n```lua\nprint(1)\n```\n\n```text output\n1\n```\n\n```lua no-run="needs a key"\nx()\n```\n',
  );
  expect(found).toEqual([
    { where: "x.md:3", language: "lua", noRun: undefined, code: "print(1)\n", output: "1\n" },
    { where: "x.md:11", language: "lua", noRun: "needs a key", code: "x()\n", output: undefined },
  ]);
});

const kept = scratchFolder();
const runtime = createRuntime({ models: { model: "offline" }, stateFolder: kept.path });
afterAll(async () => {
  await runtime.shutdown();
  kept[Symbol.dispose]();
});

test("every block is of a language that is known here by this name", () => {
  const known = new Set(["lua", "javascript", "tengo", "sh", "typescript", "yaml", "toml", "json", "text"]);
  expect(blocks.filter(({ language }) => !known.has(language))).toEqual([]);
});

test.each(runnable("lua", "javascript", "tengo"))("%s runs", async (_, { language, code, output }) => {
  using folder = scratchFolder();
  const result = await runtime.exec(code, { engine: language, workspace: folder.path });
  expect(result).toMatchObject({ ok: true, output: output ?? result.output });
});

test.each(runnable("sh"))("%s runs", async (_, { code, output }) => {
  using folder = scratchFolder({
    "bin/llmspell": `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/dist/cli/main.js" "$@"\n`,
    "bin/npx": '#!/bin/sh\nexec "$@"\n',
  });
  cpSync(path.join(ROOT, "examples"), path.join(folder.path, "examples"), { recursive: true });
  const commands = code
    .split(/(?<!\\)\n/)
    .filter((line) => /(^|\| )(npx )?llmspell /.test(line) && !line.startsWith("npm "));
  const env = { ...withoutProviders(), PATH: `${folder.path}/bin:${process.env["PATH"]}` };
  const printed: string[] = [];
  for (const command of commands) {
    const script = `chmod +x bin/*; ${command}`;
    const running = promisify(execFile)("sh", ["-c", script], { cwd: folder.path, env });
    running.child.stdin?.end();
    const { stdout } = await running;
    printed.push(stdout);
  }
  expect(printed.join("")).toBe(output ?? printed.join(""));
});

test.each(runnable("typescript"))("%s runs", async (_, { code, output }) => {
  using folder = scratchFolder();
  mkdirSync(path.join(folder.path, "node_modules"));
  cpSync(path.join(ROOT, "examples"), path.join(folder.path, "examples"), { recursive: true });
  symlinkSync(ROOT, path.join(folder.path, "node_modules/llmspell"));
  symlinkSync(path.join(ROOT, "node_modules/zod"), path.join(folder.path, "node_modules/zod"));
  writeFileSync(path.join(folder.path, "program.mts"), code);
  const { stdout } = await promisify(execFile)(process.execPath, ["program.mts"], {
    cwd: folder.path,
    env: withoutProviders(),
  });
  expect(stdout).toBe(output ?? stdout);
});

const configurations = runnable("yaml", "toml").filter(([where]) => where.startsWith("docs/configuration.md"));
test.each(configurations)("%s is a configuration", async (_, { language, code }) => {
  using folder = scratchFolder({ [`llmspell.${language}`]: code });
  const { problems, config } = await inspectConfig({
    folder: folder.path,
    home: folder.path,
    userFolder: path.join(folder.path, "user"),
    env: {},
  });
  expect(problems).toEqual([]);
  expect(config.settings().some(({ origin }) => origin !== undefined) || config.profiles.length > 0).toBe(true);
});

const workflows = runnable("yaml").filter(([where]) => where.startsWith("docs/workflows.md"));
test.each(workflows)("%s is a workflow", async (where, { code }) => {
  expect(await checkWorkflowText(code, `${where}.yaml`, fileSchemas)).toMatchObject({ problems: [] });
});
