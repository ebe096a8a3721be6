import { afterAll, describe, expect, test } from "vitest";
import { runCli } from "../support/run-cli.ts";
import { scratchFolder } from "../support/scratch.ts";

const HEADER = `-- ---
-- name: tides
-- version: 1.2.0
-- description: Tells of tides.
-- parameters:
--   topic: { type: string, required: true, description: What to tell of }
--   max_results: { type: integer, min: 1, max: 9, default: 3 }
--   loud: { type: boolean }
--   model: { enum: [a, b] }
--   help: { type: string }
-- ---
`;

/** The oldest example of a manifest, as it stands. */
const SEED = `# spell.yaml
name: "web_researcher"
version: "1.0.0"
engine: "lua"
description: "Research agent that searches the web and summarizes findings"
author: "llmspell-community"
dependencies:
  - "web_search"
  - "summarizer"
parameters:
  - name: "query"
    type: "string"
    required: true
    description: "Research query"
  - name: "max_results"
    type: "number"
    default: 5
    description: "Maximum number of results to process"
`;

const folder = scratchFolder({
  "tides.lua": `${HEADER}return json.encode({ params = params, args = #args > 0 and args or nil }, { sort_keys = true })\n`,
  "plain.lua": "return params.x or #args\n",
  "p.yaml": "topic: from file\nmax_results: 4\n",
  "p.json": '{ "topic": 5 }',
  "spells/web_researcher/spell.yaml": SEED,
  "spells/web_researcher/main.lua": "return params.query .. params.max_results .. spell.version\n",
  "spells/web_search.lua": "return 1\n",
  "spells/summarizer.js": "return 1\n",
  "spells/broken/spell.yaml": "name: broken\nengin: lua\nversion: 1\n",
  "spells/broken/main.lua": "x = = 1\n",
  "net/spell.yaml": "permissions: { net: [api.example.com], env: [HOME] }\n",
  "net/main.lua": "return env.HOME ~= nil\n",
  "bomb/spell.yaml": `a: &a [x, x]\n${Array.from({ length: 40 }, (_, i) => `b${i}: &b${i} [*${i === 0 ? "a" : `b${i - 1}`}, *${i === 0 ? "a" : `b${i - 1}`}]`).join("\n")}\n`,
  "huge/spell.yaml": `description: "${"x".repeat(1024 * 1024)}"\n`,
  "deep/spell.yaml": "[".repeat(50_000),
});
afterAll(() => folder[Symbol.dispose]());

const cli = (...args: string[]) => runCli(args, { cwd: folder.path });
const run = async (...args: string[]) => {
  const { stdout, stderr, code } = await cli("run", ...args);
  expect([stderr, code]).toEqual(["", 0]);
  return stdout.trim();
};

describe("parameters", () => {
  test("may have the name of a flag of the program itself", async () => {
    using own = scratchFolder({
      "v.lua": "-- ---\n-- parameters: { version: { type: string } }\n-- ---\nprint(params.version)",
    });
    expect(await runCli(["run", "v.lua", "--version", "2.0"], { cwd: own.path })).toMatchObject({ stdout: "2.0\n" });
  });

  test("are flags behind the spell; --param and files give them too", async () => {
    expect(await run("tides.lua", "--topic", "x", "--max-results=5", "one", "--loud", "--", "--topic")).toBe(
      '{"args":["one","--topic"],"params":{"loud":true,"max_results":5,"topic":"x"}}',
    );
    expect(await run("--seed", "1", "tides.lua", "--param", "topic=5", "--param", "model=b", "-p", "help=me")).toBe(
      '{"params":{"help":"me","max_results":3,"model":"b","topic":"5"}}',
    );
    expect(await run("tides.lua", "--params-file", "p.yaml", "--max-results", "6")).toBe(
      '{"params":{"max_results":6,"topic":"from file"}}',
    );
  });

  test("of a spell that declares none are any", async () => {
    expect(await run("plain.lua", "--param", "x=5")).toBe("5");
    expect(await run("plain.lua", "one", "--", "--two")).toBe("2");
  });

  test.each([
    [
      ["--max-results", "many", "--param", "modle=a"],
      ["max_results wants a whole number", "modle (did you mean model?)", "topic is missing"],
    ],
    [["--topc", "x"], ["unknown option --topc (did you mean --topic?)"]],
    [["--topic"], ["--topic wants a value"]],
    [["--params-file", "p.json"], ["topic wants a text, got 5"]],
    [["--params-file", "gone.json"], ["gone.json does not exist"]],
    [["--param", "topic:={"], ["topic wants JSON"]],
    [["--param", "__proto__=x", "--topic", "x"], ["there is no parameter __proto__"]],
  ])("%j end with exit code 2", async (args, holds) => {
    const { stdout, stderr, code } = await cli("run", "tides.lua", ...args);
    expect([stdout, code]).toEqual(["", 2]);
    for (const text of holds) expect(stderr).toContain(text);
  });

  test("have a help", async () => {
    const { stdout, code } = await cli("run", "tides.lua", "--help");
    expect(code).toBe(0);
    expect(stdout).toMatch(/tides 1\.2\.0\nTells of tides\./);
    expect(stdout).toMatch(/--topic <string> +What to tell of \(required\)/);
    expect(stdout).toMatch(/--max-results <integer> +\(a whole number from 1 to 9; default: 3\)/);
    expect(stdout).toMatch(/--param model=<enum> +\(one of a, b\)/);
    expect(stdout).toContain("--param help=<string>");
    expect(stdout).toContain("--timeout <duration>");
    const general = await cli("run", "--help");
    expect([general.code, general.stdout]).toEqual([0, expect.stringContaining("Usage: llmspell run")]);
  });
});

test("the oldest manifest runs as it stands, by name, folder and script", async () => {
  for (const target of ["web_researcher", "spells/web_researcher", "spells/web_researcher/main.lua"])
    expect(await run(target, "--query", "q")).toBe("q51.0.0");
});

test("what is declared and not granted is denied with the flags that grant it", async () => {
  const denied = await cli("run", "net");
  expect(denied.code).toBe(5);
  expect(denied.stderr).toContain("--allow-net api.example.com --allow-env HOME");
  expect(await run("net", "--trust")).toBe("true");
  expect(await run("net", "--allow-net", "api.example.com", "--allow-env", "HOME")).toBe("true");
});

test.each([
  ["bomb", "Excessive alias count"],
  ["huge", "is no manifest: it has"],
  ["deep", "nested too deeply"],
])("a %s of a manifest ends soon", async (name, message) => {
  const { stderr, code } = await cli("run", name);
  expect([code, stderr]).toEqual([3, expect.stringContaining(message)]);
});

test("info says what a spell is", async () => {
  const shown = await cli("info", "web_researcher");
  expect(shown.stdout).toMatch(/^web_researcher 1\.0\.0\nResearch agent/);
  expect(shown.stdout).toMatch(/depends on +web_search, summarizer/);
  const { stdout } = await cli("info", "tides.lua", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    name: "tides",
    engine: "lua",
    file: "tides.lua",
    manifest: "tides.lua",
    parameters: expect.arrayContaining([{ name: "loud", type: "boolean" }]),
  });
  expect((await cli("info", "web_reseacher")).stderr).toContain("Did you mean web_researcher?");
});

test("list names spells here and in the spell folders, broken ones with what is wrong", async () => {
  const { stdout, code } = await cli("list");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\.\/tides\.lua +lua +1\.2\.0 +Tells of tides\.$/m);
  expect(stdout).toMatch(/^web_search +lua$/m);
  expect(stdout).toMatch(/^broken +broken: .*unknown key "engin"/m);
  expect(stdout).not.toContain("plain.lua");
  const spells = JSON.parse((await cli("list", "--json")).stdout) as { name: string; error?: { code: string } }[];
  expect(spells.find(({ name }) => name === "broken")?.error?.code).toBe("manifest.invalid");
});

test("check says what is wrong in manifest and script", async () => {
  const { stdout, stderr, code } = await cli("check", "spells/broken", "tides.lua", "web_researcher");
  expect(code).toBe(3);
  expect(stdout).toBe("tides.lua: ok\nweb_researcher: ok\n");
  expect(stderr).toMatch(/manifest\.invalid.*2 problems:\n {2}line 2: unknown key "engin"[\s\S]*2 \| engin: lua/);
  expect(stderr).toContain("error[script.syntax]");
});
