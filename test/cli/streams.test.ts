import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type CliResult, runCli, startCli } from "../support/cli.ts";
import { CLI } from "../support/product.ts";
import { scratchFolder } from "../support/scratch.ts";

const lua = (code: string, ...flags: string[]) => ["exec", ...flags, "-e", "lua", code];
const js = (code: string, ...flags: string[]) => ["exec", ...flags, "-e", "js", code];

async function runShell(command: string): Promise<CliResult> {
  const child = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "pipe"] });
  const seen = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (text: Buffer) => void (seen[name] += text.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, ...seen };
}

describe.concurrent("standard output", () => {
  it("carries output and result, standard error the rest", async () => {
    expect(
      await runCli(lua('print("out") log.warn("careful", { n = 1 }) log.debug("quiet") return { a = 1 }')),
    ).toEqual({
      code: 0,
      stdout: 'out\n{\n  "a": 1\n}\n',
      stderr: 'warn: careful {"n":1}\n',
    });
    expect(await runCli(js('console.log("out"); console.error("bad"); throw new Error("end")'))).toMatchObject({
      code: 1,
      stdout: "out\n",
      stderr: expect.stringMatching(/^error: bad\nerror\[script\.error\]: end\n/) as string,
    });
  });

  it.each<[string, string[], string]>([
    ["nothing for nil", lua("return nil"), ""],
    ["text as it is", lua('return "grüße\\n"'), "grüße\n"],
    ["a line end after text", js('return "line"'), "line\n"],
    ["numbers", lua("return 9007199254740993"), '"9007199254740993"\n'],
    ["false", js("return false"), "false\n"],
    ["lists", js("return [1, 'two', null]"), '[\n  1,\n  "two",\n  null\n]\n'],
    ["bytes", js("return new Uint8Array([0, 255])"), '"AP8="\n'],
  ])("shows a result: %s", async (_, args, stdout) => {
    expect(await runCli(args)).toMatchObject({ code: 0, stdout });
  });

  it("holds everything of a long output", async () => {
    const { code, stdout } = await runCli(
      js('for (let i = 0; i < 20000; i++) console.log(`line ${i} ${"x".repeat(40)}`); return "end"'),
    );
    expect(code).toBe(0);
    expect(stdout.split("\n")).toHaveLength(20_002);
    expect(stdout.endsWith("end\n")).toBe(true);
  });

  it("may be closed by its reader, without a word", async () => {
    const command = `"${process.execPath}" "${CLI}" exec -e js 'for (let i = 0; i < 9000; i++) console.log("line " + i)' | head -n 1`;
    expect(await runShell(command)).toMatchObject({ stdout: "line 0\n", stderr: "" });
  });

  it.runIf(existsSync("/dev/full"))("fails where it cannot be written", async () => {
    const command = `"${process.execPath}" "${CLI}" exec -e lua 'return 1' > /dev/full`;
    expect(await runShell(command)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot be written.*ENOSPC/) as string,
    });
  });
});

describe.concurrent("--json", () => {
  it("prints one object: result, output, figures", async () => {
    const { code, stdout, stderr } = await runCli(lua('print("out") return { n = 1 }', "--json"));
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toEqual({
      runId: expect.stringMatching(/^[\da-z]{8,9}-[\da-z]{10}$/) as string,
      ok: true,
      result: { n: 1 },
      output: "out\n",
      stats: {
        durationMs: expect.any(Number) as number,
        cpuMs: expect.any(Number) as number,
        memoryBytes: expect.any(Number) as number,
        inputTokens: 0,
        outputTokens: 0,
        cost: 0,
        costKnown: true,
      },
    });
  });

  it("prints an error as data, with the same exit code", async () => {
    const { code, stdout, stderr } = await runCli(lua('print("out")\nhttp.get("http://example.com/")', "--json"));
    expect([code, stderr]).toEqual([5, ""]);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      output: "out\n",
      error: {
        code: "permission.denied",
        message: expect.stringContaining("example.com") as string,
        retryable: false,
        frames: [{ file: "<code>", line: 2 }],
      },
    });
  });

  it("prints what is wrong before a run in the same way", async () => {
    const missing = await runCli(["run", "--json", "none.lua"]);
    expect([missing.code, missing.stderr]).toEqual([2, ""]);
    expect(JSON.parse(missing.stdout)).toMatchObject({ ok: false, output: "", error: { code: "script.not_found" } });
    const wrong = await runCli(lua("return 1", "--json", "--timeout", "soon"));
    expect(JSON.parse(wrong.stdout)).toMatchObject({ ok: false, error: { code: "usage.invalid" } });
  });

  it("is also what check and engines print", async () => {
    using folder = scratchFolder({ "bad.js": "const = 1", "good.lua": "return 1" });
    const check = await runCli(["check", "--json", "bad.js", "good.lua"], { cwd: folder.path });
    expect(check.code).toBe(1);
    expect(
      check.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { file: "bad.js", ok: false, error: { code: "script.syntax" } },
      { file: "good.lua", ok: true },
    ]);
    const engines = await runCli(["engines", "--json"]);
    expect(JSON.parse(engines.stdout)).toMatchObject([
      { name: "lua", extensions: [".lua"] },
      { name: "javascript" },
      { name: "tengo" },
    ]);
  });
});

describe.concurrent("--jsonl", () => {
  const linesOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { type: string; runId: string; at: number; seq?: number });

  it("prints an object a line, as it happens", async () => {
    const code =
      'print("out") log.info("note", { n = 1 }) log.debug("hidden") util.sleep(1) fs.exists("x") return { n = 1 }';
    const { code: exit, stdout, stderr } = await runCli(lua(code, "--jsonl"));
    expect([exit, stderr]).toEqual([0, ""]);
    const lines = linesOf(stdout);
    expect(new Set(lines.map(({ runId }) => runId)).size).toBe(1);
    expect(lines.every(({ at }) => at > 1e12)).toBe(true);
    expect(lines.filter(({ type }) => !type.startsWith("call."))).toMatchObject([
      { type: "run.started", file: "<code>", engine: "lua" },
      { type: "output", text: "out\n" },
      { type: "log", level: "info", message: "note", fields: { n: 1 } },
      { type: "result", result: { n: 1 }, stats: { inputTokens: 0, cost: 0, costKnown: true } },
    ]);
    expect(lines.filter(({ type }) => type === "call.finished")).toMatchObject([
      { method: "util.sleep", parent: 0, durationMs: expect.any(Number) as number },
      { method: "fs.exists" },
    ]);
    const sleeps = lines.filter(({ seq }) => seq === lines.find(({ type }) => type === "call.started")?.seq);
    expect(sleeps.map(({ type }) => type)).toEqual(["call.started", "call.finished"]);
  });

  it("prints each line before the next thing happens", async () => {
    const running = startCli(lua('print("first") print(stdin)', "--jsonl"), { keepInputOpen: true });
    await running.printed('"first\\n"');
    running.process.stdin.end("second");
    expect((await running.ended).stdout).toContain("second");
  });

  it("ends with the error, from before the run too", async () => {
    const failed = await runCli(lua('print("out") error("no")', "--jsonl"));
    expect(failed).toMatchObject({ code: 1, stderr: "" });
    expect(linesOf(failed.stdout).at(-1)).toMatchObject({ type: "error", error: { code: "script.error" } });
    const missing = await runCli(["run", "--jsonl", "none.lua"]);
    expect(missing).toMatchObject({ code: 2, stderr: "" });
    expect(linesOf(missing.stdout)).toMatchObject([{ type: "error", error: { code: "script.not_found" } }]);
  });

  it("is one of two", async () => {
    expect(await runCli(lua("return 1", "--jsonl", "--json"))).toMatchObject({ code: 2, stdout: "" });
  });
});

describe.concurrent("standard error", () => {
  const talk = 'log.debug("d") log.info("i") log.error("e") util.sleep(1)';

  it("has as much as is asked for", async () => {
    const [usual, quiet, verbose] = await Promise.all([[], ["-q"], ["-v"]].map((flags) => runCli(lua(talk, ...flags))));
    expect(usual?.stderr).toBe("info: i\nerror: e\n");
    expect(quiet?.stderr).toBe("error: e\n");
    expect(verbose?.stderr).toMatch(/^debug: d\ninfo: i\nerror: e\ncall: util\.sleep, \d+ ms\n$/);
    expect(await runCli(lua(talk, "-q", "--log-level", "debug"))).toMatchObject({
      stderr: "debug: d\ninfo: i\nerror: e\n",
    });
    expect(await runCli(lua(talk, "-q", "-v"))).toMatchObject({ code: 2 });
  });

  it("shows no progress and no costs where it is no terminal, unless they are asked for", async () => {
    const chat = 'util.sleep(600) return llm.chat("Hello.", { model = "offline" })';
    const [usual, asked, quiet] = await Promise.all(
      [
        ["--log-level", "error"],
        ["--log-level", "error", "--cost"],
        ["-q", "--cost"],
      ].map((flags) => runCli(lua(chat, ...flags), { env: { TERM: "xterm" } })),
    );
    expect([usual?.stderr, quiet?.stderr]).toEqual(["", ""]);
    expect(asked?.stderr).toMatch(/^models: \d+ tokens in, \d+ out, \$0; [\d.]+ m?s\n$/);
    expect(await runCli(lua("return 1", "--cost"))).toMatchObject({ stderr: "" });
  });
});

describe.concurrent("an error shows", () => {
  it("the line of the source with a caret, where it came from, and what to do", async () => {
    using folder = scratchFolder({ "spell.lua": 'local function inner()\n\terror("no tea")\nend\n\ninner()\n' });
    const { stderr } = await runCli(["run", "spell.lua"], { cwd: folder.path });
    expect(stderr.split("\n").slice(0, 5)).toEqual([
      "error[script.error]: no tea",
      "  --> spell.lua:2",
      "    |",
      '  2 |  error("no tea")',
      "    |  ^",
    ]);
    expect(stderr).toMatch(/at .*\(spell\.lua:5\)/);
    const denied = await runCli(lua('http.get("http://example.com/")'));
    expect(denied.stderr).toMatch(/hint: .*--allow-net/);
  });

  it("the column where the language knows it", async () => {
    const { stderr } = await runCli(js("const a = null;\nreturn 1 + a.b;"));
    expect(stderr).toMatch(/--> <code>:2:\d+\n.*\n {2}2 \| return 1 \+ a\.b;\n {4}\| {9,13}\^/);
  });

  it("colours only where they are wanted", async () => {
    const plain = await runCli(lua("error('x')"));
    const forced = await runCli(lua("error('x')"), { env: { FORCE_COLOR: "1" } });
    expect(plain.stderr).not.toContain("\u001B[");
    expect(forced.stderr).toContain("\u001B[");
  });
});
