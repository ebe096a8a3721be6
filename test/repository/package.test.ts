import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../support/root.ts";
import { scratchFolder } from "../support/scratch.ts";

const MAIN = path.join(ROOT, "dist/cli/main.js");

test("an older Node gets one sentence and exit code 3", () => {
  const older = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } });';
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${older}`, MAIN, "--help"],
    { encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: 3, stdout: "" });
  expect(stderr).toMatch(/^llmspell needs Node\.js 24 or later; .*\n$/);
});

test("nothing that an older Node lacks is imported before that sentence", () => {
  const imports = readFileSync(MAIN, "utf8").match(/^import .*$/gm);
  expect(imports).toEqual(['import nodeModule from "node:module";']);
});

test("npx runs the clone's own build, with nothing to install", () => {
  using cache = scratchFolder();
  const { npm_execpath: npm, ...environment } = process.env;
  const npx = npm === undefined ? ["npx"] : [process.execPath, path.join(path.dirname(npm), "npx-cli.js")];
  const env = { ...environment, npm_config_cache: cache.path, npm_config_offline: "true" };
  const { status, stdout, stderr } = spawnSync(npx[0] as string, [...npx.slice(1), "llmspell", "version"], {
    cwd: ROOT,
    env,
    encoding: "utf8",
  });
  const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
  expect({ status, stdout, stderr: status === 0 ? "" : stderr }).toEqual({
    status: 0,
    stdout: `${version}\n`,
    stderr: "",
  });
});

test("the package holds what a run needs, and neither tests nor sources", () => {
  const npm = process.env["npm_execpath"];
  const [command, ...first] = npm === undefined ? ["npm"] : [process.execPath, npm];
  const { stdout } = spawnSync(command as string, [...first, "pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = files.map((file) => file.path);
  for (const wanted of [
    "dist/cli/main.js",
    "dist/runtime/worker.js",
    "dist/runtime/bridge-outlines.json",
    "dist/bridges/llm.js",
    "dist/index.js",
    "dist/index.d.ts",
    "dist/testing/index.js",
    "dist/testing/index.d.ts",
    "LICENSE",
    "README.md",
  ]) {
    expect(paths).toContain(wanted);
  }
  expect(paths.filter((file) => /\.test\.|^src\/|^test\/|fixtures/.test(file))).toEqual([]);
});
