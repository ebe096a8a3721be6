import { describe, expect, it } from "vitest";
import { runCli, startCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

const lua = (code: string, ...flags: string[]) => ["exec", ...flags, "-e", "lua", code];

describe.concurrent("a spell gets", () => {
  it("its code from standard input for -", async () => {
    expect(await runCli(["run", "-", "-e", "lua"], { input: "return 6 * 7" })).toMatchObject({
      code: 0,
      stdout: "42\n",
    });
    expect(await runCli(["run", "-"], { input: "#!/usr/bin/env node\nreturn typeof 1" })).toMatchObject({
      code: 0,
      stdout: "number\n",
    });
    const failed = await runCli(["run", "-", "-e", "lua"], { input: "local x\nerror('here')" });
    expect(failed.stderr).toContain("--> <stdin>:2");
    expect(failed.stderr).toContain("2 | error('here')");
  });

  it("further limits by name, in either spelling", async () => {
    const calls = 'for _ = 1, 20 do state.get("a") end return "done"';
    expect(await runCli(lua(calls, "--limit", "hostCalls=10"))).toMatchObject({ code: 6, stdout: "" });
    expect(await runCli(lua(calls, "--limit", "host_calls=30"))).toMatchObject({ code: 0, stdout: "done\n" });
    const large = lua('return ("x"):rep(100000)', "--limit", "valueBytes=64KB");
    expect((await runCli(large)).stderr).toContain("value.too_large");
    for (const wrong of ["calls=5", "hostCalls", "hostCalls=many"]) {
      const { code, stderr } = await runCli(lua("return 1", "--limit", wrong));
      expect([code, stderr]).toEqual([2, expect.stringContaining("--limit")]);
    }
  });

  it("standard input as a global, read when it is asked for", async () => {
    expect(await runCli(lua("return #stdin"), { input: "grüße" })).toMatchObject({ code: 0, stdout: "7\n" });
    expect(
      await runCli(["exec", "-e", "js", "return stdin.trim().toUpperCase()"], { input: " text \n" }),
    ).toMatchObject({ stdout: "TEXT\n" });
    expect(await runCli(lua("return 1"), { input: "x".repeat(1_000_000) })).toMatchObject({ code: 0, stdout: "1\n" });
  });

  it("standard input that comes slowly, and the time it takes is no computing time", async () => {
    const running = startCli(lua('print("on") return stdin', "--cpu", "200ms"), { keepInputOpen: true });
    await running.printed("on");
    await new Promise((resolve) => setTimeout(resolve, 500));
    running.process.stdin.end("more");
    expect(await running.ended).toEqual({ code: 0, stdout: "on\nmore\n", stderr: "" });
  });

  it("Ctrl-C and its deadline while it waits for standard input", async () => {
    const interrupted = startCli(lua('print("on") return stdin'), { keepInputOpen: true });
    await interrupted.printed("on");
    await new Promise((resolve) => setTimeout(resolve, 100));
    interrupted.process.kill("SIGINT");
    expect(await interrupted.ended).toMatchObject({ code: 130 });
    expect(await startCli(lua("return stdin", "--timeout", "200ms"), { keepInputOpen: true }).ended).toMatchObject({
      code: 124,
    });
  });

  it("parameters as text and as JSON, the last of a name", async () => {
    const flags = [
      "--param",
      "topic=tidal energy",
      "-p",
      "n:=5",
      "-p",
      'list:=[1,"x"]',
      "-p",
      "empty=",
      "-p",
      "eq=a=b",
      "-p",
      "n:=6",
      "-p",
      "__proto__=x",
    ];
    const { stdout, code } = await runCli([
      "exec",
      ...flags,
      "-e",
      "js",
      "return JSON.stringify([Object.entries(params), params.polluted])",
    ]);
    expect(code).toBe(0);
    const [entries] = JSON.parse(stdout) as [[string, unknown][]];
    expect(Object.fromEntries(entries)).toEqual({
      topic: "tidal energy",
      n: 6,
      list: [1, "x"],
      empty: "",
      eq: "a=b",
      ["__proto__"]: "x",
    });
  });

  it("positional arguments, its own flags included after --", async () => {
    expect(await runCli(lua("return table.concat(args, '|')").concat("--", "one", "--two"))).toMatchObject({
      code: 0,
      stdout: "one|--two\n",
    });
  });

  it("the environment variables that are allowed", async () => {
    const code = "return tostring(env.SHOWN) .. tostring(env.HIDDEN)";
    expect(await runCli(lua(code, "--allow-env", "SHOWN"), { env: { SHOWN: "yes", HIDDEN: "no" } })).toMatchObject({
      stdout: "yesnil\n",
    });
  });

  it("its workspace and its modules", async () => {
    using folder = scratchFolder({
      "spells/main.lua": 'fs.write("made.txt", (require("lib"))) return fs.read("made.txt")',
      "spells/lib.lua": 'return "from lib"',
    });
    expect(await runCli(["run", "spells/main.lua", "--workspace", "work"], { cwd: folder.path })).toMatchObject({
      code: 0,
      stdout: "from lib\n",
    });
    expect(await runCli(["exec", "-e", "js", "return fs.read('work/made.txt')"], { cwd: folder.path })).toMatchObject({
      stdout: "from lib\n",
    });
  });

  it("the same random numbers for the same seed", async () => {
    const [first, again, other] = await Promise.all(
      ["1", "1", "2"].map((seed) => runCli(lua("return math.random()", "--seed", seed))),
    );
    expect(again?.stdout).toBe(first?.stdout);
    expect(other?.stdout).not.toBe(first?.stdout);
  });

  it("TypeScript without its types", async () => {
    using folder = scratchFolder({
      "spell.ts": 'interface A { n: number }\nconst a: A = { n: 1 };\nconsole.log(a.n);\nthrow new Error("line four");',
    });
    const { code, stdout, stderr } = await runCli(["run", "spell.ts"], { cwd: folder.path });
    expect([code, stdout]).toEqual([1, "1\n"]);
    expect(stderr).toContain("--> spell.ts:4");
  });
});
