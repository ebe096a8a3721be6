import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli, startCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: ReturnType<typeof scratchFolder>;
beforeAll(() => {
  folder = scratchFolder({
    "ok.lua": "return 1",
    "open.lua": "local x = (1 +\nreturn x",
    "text.txt": "hello",
    "binary.lua": "\uFEFF\u0000",
  });
});
afterAll(() => folder[Symbol.dispose]());

const run = (args: readonly string[]) => runCli(args, { cwd: folder.path });
const lua = (code: string, ...flags: string[]) => ["exec", ...flags, "-e", "lua", code];
const js = (code: string, ...flags: string[]) => ["exec", ...flags, "-e", "js", code];

describe.concurrent("the exit code says what happened", () => {
  it.each<[number, string, string[], RegExp]>([
    [0, "a spell", ["run", "ok.lua"], /^$/],
    [0, "help", ["--help"], /^$/],
    [0, "help of a command", ["run", "--help"], /^$/],
    [0, "the version", ["--version"], /^$/],
    [0, "the engines", ["engines"], /^$/],
    [0, "a check", ["check", "ok.lua"], /^$/],
    [1, "an error of the script", lua("error('it broke')"), /error\[script\.error\].*it broke/],
    [1, "a thrown error", js("throw new TypeError('it broke')"), /it broke/],
    [1, "a syntax error", ["run", "open.lua"], /error\[script\.syntax\]/],
    [1, "a syntax error that check finds", ["check", "ok.lua", "open.lua"], /open\.lua/],
    [1, "an error without a line, at its file", lua('return require("nix")'), /module_not_found.*--> <code>/s],
    [1, "a function as result", lua("return print"), /value\.unsupported.*function/],
    [1, "a cycle as result", js("const o = {}; o.o = o; return o"), /value\.cycle/],
    [1, "a call with wrong arguments", lua("text.split(5)"), /input\.invalid.*text\.split/s],
    [1, "a method that is not there", js("text.nothing()"), /text has no method "nothing"/],
    [1, "a module that is not there", js("import './none.js'"), /script\.module_not_found/],
    [2, "a file that is not there", ["run", "none.lua"], /script\.not_found.*none\.lua/],
    [2, "a folder as file", ["run", "."], /is a folder/],
    [2, "a file of no language", ["run", "text.txt"], /engine\.unknown/],
    [2, "a language that is not there", ["run", "-e", "cobol", "ok.lua"], /engine\.unknown.*cobol/s],
    [2, "a flag that is not there", ["run", "--colour", "ok.lua"], /unknown option.*--colour/],
    [
      2,
      "a command that is not there",
      ["frobnicate"],
      /^error\[usage.invalid\]: unknown command 'frobnicate'\nhint: llmspell --help/,
    ],
    [
      2,
      "a flag of a command in a group",
      ["runs", "list", "--statu", "ok"],
      /hint: Did you mean --status\? llmspell runs list --help/,
    ],
    [2, "a missing argument", ["run"], /run wants a s/],
    [2, "exec without a language", ["exec", "return 1"], /--engine/],
    [2, "a parameter without a value", ["run", "-p", "topic", "ok.lua"], /--param wants name=value/],
    [2, "a parameter that is no JSON", ["run", "-p", "n:=five", "ok.lua"], /--param n:= wants JSON/],
    [2, "a time that is none", ["run", "--timeout", "soon", "ok.lua"], /--timeout wants a duration/],
    [2, "a size that is none", ["run", "--memory", "-5MB", "ok.lua"], /--memory/],
    [2, "a seed that is none", ["run", "--seed", "1.5", "ok.lua"], /--seed wants/],
    [2, "a log level that is none", ["run", "--log-level", "loud", "ok.lua"], /--log-level.*debug, info/],
    [2, "an amount of money that is none", ["run", "--max-cost", "much", "ok.lua"], /--max-cost wants/],
    [3, "too little memory to run at all", ["run", "--memory", "1KB", "ok.lua"], /config\.invalid.*memory/],
    [
      3,
      "a deadline beyond all timers",
      ["run", "--timeout", "1000h", "ok.lua"],
      /config\.invalid.*timeoutMs must be at most/,
    ],
    [
      3,
      "a model without its key",
      lua("return llm.chat('hi')", "--require-model", "-m", "openai/gpt-4o"),
      /provider\.auth/,
    ],
    [
      4,
      "a provider that cannot be reached",
      lua("return llm.chat('hi', { retries = 0 })", "-m", "ollama/x"),
      /provider\.network/,
    ],
    [5, "a host that is not allowed", lua("http.get('http://example.com/')"), /permission\.denied.*hint.*--allow-net/s],
    [5, "a file outside of the workspace", js("fs.read('../../etc/passwd')"), /permission\.denied/],
    [6, "an endless loop", lua("while true do end", "--cpu", "100ms"), /limit\.cpu.*100 ms.*hint.*--cpu/s],
    [6, "an endless loop in JavaScript", js("for (;;);", "--cpu", "0.1s"), /limit\.cpu/],
    [6, "memory", js("const a = []; for (;;) a.push('x'.repeat(9999))", "--memory", "8MB"), /limit\.memory/],
    [6, "recursion", js("const f = () => f() + 1; f()"), /limit\.recursion/],
    [6, "the token budget", lua("llm.chat('hi')", "--max-tokens", "5"), /budget\.exceeded.*5 tokens.*--max-tokens/s],
    [124, "the deadline", lua("util.sleep(60000)", "--timeout", "200ms"), /limit\.wall.*200 ms/],
    [124, "the deadline of a loop", lua("while true do end", "--timeout", "200ms"), /limit\.wall/],
  ])("%i: %s", async (code, _, args, message) => {
    const result = await run(args);
    expect(result).toMatchObject({ code });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toMatch(/internal\.bug|node:internal|\.js:\d+:\d+\)/);
  });

  it.each<[NodeJS.Signals, number, string]>([
    ["SIGINT", 130, "print('on') pcall(util.sleep, 60000) return 'survived'"],
    ["SIGTERM", 143, "print('on') util.sleep(60000)"],
    ["SIGHUP", 129, "print('on') util.sleep(60000)"],
    ["SIGINT", 130, "print('on') while true do end"],
  ])("%s: %i, whatever the spell does: %s", async (signal, code, spell) => {
    const running = startCli(lua(spell));
    await running.printed("on");
    running.process.kill(signal);
    const result = await running.ended;
    expect(result).toMatchObject({ code, stdout: "on\n" });
    expect(result.stderr).toContain(signal);
  });
});
