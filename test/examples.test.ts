import { copyFileSync, cpSync, mkdirSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "./support/root.ts";
import { runCli } from "./support/run-cli.ts";
import { scratchFolder } from "./support/scratch.ts";

const EXAMPLES = path.join(ROOT, "examples");
const scripts = readdirSync(EXAMPLES).filter((name) => /\.(lua|js|tengo)$/.test(name));

const LANGUAGES = [".lua", ".js", ".tengo"] as const;

/** Arguments besides the file, and something that the output must hold. */
const CASES: Record<string, { args?: string[]; holds: string }> = {
  hello: { args: ["--param", "name=Ada"], holds: "Hello, Ada!" },
  research: { args: ["--param", "topic=tidal energy"], holds: "## 1. What is tidal energy, and how does it work?" },
  stream: { holds: "virtual machine" },
  structured: { holds: '"quantity":3' },
  concurrency: { holds: "sum of squares: 55" },
  tools: { holds: 'calculator: {"expression":"12 * 7"} = 84' },
  agent: { holds: 'order_status -> {"status":"order 17 is on its way"}' },
  files: { holds: "North: 320" },
  http: { holds: "another host: permission.denied" },
};

/** What an example prints, run in a folder that holds the examples alone. */
async function outputOf(script: string, args: readonly string[]): Promise<string> {
  using folder = scratchFolder();
  cpSync(EXAMPLES, path.join(folder.path, "examples"), { recursive: true });
  const { stdout, stderr, code } = await runCli(["run", `examples/${script}`, ...args], { cwd: folder.path });
  expect(stderr.replace(/^warn: .*offline model.*\n/m, "")).toBe("");
  expect(code).toBe(0);
  return stdout;
}

test("every example is tested, and there in every language", () => {
  const names = scripts.map((name) => name.replace(/\.\w+$/, ""));
  expect(names.toSorted()).toEqual(
    Object.keys(CASES)
      .flatMap((name) => [name, name, name])
      .toSorted(),
  );
});

test.each(Object.entries(CASES).filter(([name]) => name !== "http"))(
  "example %s prints the same in every language",
  async (name, { args = [], holds }) => {
    const [lua, ...others] = await Promise.all(LANGUAGES.map((language) => outputOf(name + language, args)));
    expect(lua).toContain(holds);
    expect(others).toEqual([lua, lua]);
  },
);

test("example http reaches the allowed host and no other, in every language", async () => {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ full_name: "nodejs/node", description: "a runtime" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const args = ["--allow-net", host, "--param", `url=http://${host}/`];
    for (const output of await Promise.all(LANGUAGES.map((language) => outputOf(`http${language}`, args))))
      expect(output).toBe("nodejs/node: a runtime\nanother host: permission.denied\n");
  } finally {
    server.close();
  }
});

test("the research report does without notes, and takes the user's own", async () => {
  using folder = scratchFolder({ "notes.md": "Otters hold hands while they sleep.\n\nOtters eat fish and crabs." });
  mkdirSync(path.join(folder.path, "examples"));
  for (const script of LANGUAGES.map((language) => `research${language}`))
    copyFileSync(path.join(EXAMPLES, script), path.join(folder.path, "examples", script));
  const run = (script: string, ...args: string[]) =>
    runCli(["run", `examples/${script}`, "--param", "topic=otters", ...args], { cwd: folder.path });
  const [bare, lua, ...others] = await Promise.all([
    run("research.lua"),
    ...LANGUAGES.map((language) => run(`research${language}`, "--param", "notes=notes.md", "--param", "questions:=2")),
  ]);
  expect(bare).toMatchObject({ code: 0, stdout: expect.stringContaining("Notes: none.") });
  expect(lua?.stdout).toContain("Otters eat fish and crabs.");
  expect(lua?.stdout.match(/^## /gm)).toHaveLength(2);
  for (const { stdout } of others) expect(stdout).toBe(lua?.stdout);
});
