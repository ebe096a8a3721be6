import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ownFolders } from "../support/own-folders.ts";
import { CLI } from "../support/product.ts";
import { KEY, TerminalSession, type TerminalOptions, ctrl, pasted } from "../support/terminal.ts";

const folder = mkdtempSync(path.join(tmpdir(), "llmspell-repl-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let homes = 0;

/** A prompt with a history of its own. */
function prompt(language: string, options: TerminalOptions & { flags?: string[] } = {}): TerminalSession {
  const env = {
    ...ownFolders(),
    XDG_STATE_HOME: path.join(folder, `state-${++homes}`),
    OLLAMA_HOST: "127.0.0.1:9",
    CI: undefined,
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
    ...options.env,
  };
  const args = [CLI, "repl", "-e", language, ...(options.flags ?? [])];
  return new TerminalSession(process.execPath, args, { columns: 80, rows: 40, cwd: folder, ...options, env });
}

/** The lines since the last one that holds `text`. */
function linesAfter(session: TerminalSession, text: string): string[] {
  const lines = session.lines();
  return lines.slice(lines.findLastIndex((line) => line.includes(text)) + 1);
}

const SCRIPTS = {
  lua: {
    define: "local list = {1, 2, {name = 'a'}}",
    defined: '{1, 2, {name = "a"}}',
    loop: ["for i = 1, 2 do", "print('at ' .. i)", "end"],
    function: "function double(n)\n  return n * 2\nend",
    print: "print('pri' .. 'nted')",
    endless: "print('end' .. 'less') while true do end",
    waits: "print('wai' .. 'ting') util.sleep(3600000)",
    throws: "error('that ' .. 'failed')",
    failure: /error\[script\.error\]: that failed/,
    session: "myOwnName = llm.session()",
    unknown: /^nil$/m,
    method: "llm.count_tokens(",
    typed: "integer",
    type: "40 + 2",
    cycle: ["c = {} c.me = c", "{me = { --[[ cycle ]] }}"],
  },
  js: {
    define: "const list = [1, 2, {name: 'a'}]",
    defined: '[1, 2, { name: "a" }]',
    loop: ["for (const i of [1, 2]) {", "console.log('at ' + i)", "}"],
    function: "function double(n) {\n  return n * 2;\n}",
    print: "console.log('pri' + 'nted')",
    endless: "console.log('end' + 'less'); while (true) {}",
    waits: "console.log('wai' + 'ting'); await util.sleep(3600000)",
    throws: "throw new Error('that ' + 'failed')",
    failure: /error\[script\.error\]: (?:Error: )?that failed/,
    session: "myOwnName = llm.session()",
    unknown: "double is not defined",
    method: "llm.countTokens(",
    typed: "number",
    type: "40 + 2",
    cycle: ["c = {}; c.me = c", "{ me: [Circular] }"],
  },
  tengo: {
    define: 'list := [1, 2, {name: "a"}]',
    defined: '[1, 2, {name: "a"}]',
    loop: ["for i := 1; i < 3; i++ {", 'fmt.println("at ", i)', "}"],
    function: "double := func(n) {\n  return n * 2\n}",
    print: 'fmt.println("pri" + "nted")',
    endless: 'fmt.println("end" + "less"); for { }',
    waits: 'fmt.println("wai" + "ting"); util.sleep(3600000)',
    throws: '"failed"()',
    failure: "error[script.error]: not callable: string",
    session: "myOwnName := llm.session()",
    unknown: "unresolved reference 'double'",
    method: "llm.count_tokens(",
    typed: "int",
    type: "40 + 2",
    cycle: ["c := {}; c.me = c", "{me: {/* cycle */}}"],
  },
} as const;

describe.concurrent.each(["lua", "js", "tengo"] as const)("a prompt for %s", { timeout: 60_000 }, (language) => {
  const script = SCRIPTS[language];
  const at = `${language}> `;

  it("keeps what was defined, and shows values as the language writes them", async ({ expect: expects }) => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(`${script.define}\rlist\r`);
    await session.shows(script.defined);
    session.type(`${script.cycle[0]}\rc\r`);
    await session.shows(script.cycle[1]);
    session.type(`${script.print}\r`);
    await session.shows(/^printed$/m);
    await session.shows((shown) => shown.lines().at(-1) === at);
    expects(linesAfter(session, script.print)).toEqual(["printed", at]);
    session.type(ctrl("d"));
    expects(await session.exited).toMatchObject({ exitCode: 0 });
  });

  it("goes on in the next line until an input is complete", async ({ expect: expects }) => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(`${script.loop.join("\r")}\r`);
    await session.shows(/^at 2$/m);
    await session.shows((shown) => shown.lines().at(-1) === at);
    expects(linesAfter(session, script.loop[1])).toEqual([
      `${"... ".padStart(at.length)}${script.loop[2]}`,
      "at 1",
      "at 2",
      at,
    ]);
  });

  it("recalls earlier inputs, also those of earlier sessions", async () => {
    const XDG_STATE_HOME = path.join(folder, `state-${language}`);
    {
      await using session = prompt(language, { env: { XDG_STATE_HOME } });
      await session.shows(at);
      session.type("111 + 111\r");
      await session.shows("222");
      session.type(`${KEY.up}${KEY.backspace}2\r`);
      await session.shows("223");
      session.type(".exit\r");
      await session.exited;
    }
    await using session = prompt(language, { env: { XDG_STATE_HOME } });
    await session.shows(at);
    session.type(`${ctrl("r")}111 + 11`);
    await session.shows("(search) 111 + 11: 111 + 112");
    session.type(ctrl("r"));
    await session.shows("(search) 111 + 11: 111 + 111");
    session.type(KEY.enter);
    await session.shows(/^222$/m);
  });

  it("completes names of bridges, of the session and of host objects, and tells how a method is called", async () => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(`${script.session}\rmyOw\t`);
    await session.shows(`${at}myOwnName`);
    session.type(`.${KEY.tab}`);
    await session.shows(/fork\s.*history/);
    session.type(`${ctrl("c")}llm.cha\t`);
    await session.shows(`${at}llm.chat`);
    session.type(`${ctrl("c")}${script.method}\t`);
    await session.shows(`${script.method}text`);
    session.type(`${ctrl("c")}.res\t`);
    await session.shows(`${at}.reset`);
  });

  it("never runs what is pasted before Enter, and runs it as one input", async ({ expect: expects }) => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(pasted(`${script.function}\n`));
    await session.shows(script.function.split("\n").at(-1) as string);
    session.type("\rdouble(21)\r");
    await session.shows(/^42$/m);
    session.type(pasted(`${script.print}\n${script.print}\n`));
    await session.shows((shown) => shown.text().split(script.print).length === 3);
    expects(session.text()).not.toMatch(/^printed$/m);
    session.type(`${ctrl("c")}1 + 1\r`);
    await session.shows(/^2$/m);
    expects(session.text()).not.toMatch(/^printed$/m);
  });

  it("gives up an input at Ctrl-C", async ({ expect: expects }) => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(`${script.print}${ctrl("c")}1 + 1\r`);
    await session.shows(/^2$/m);
    expects(session.text()).not.toMatch(/^printed$/m);
  });

  it("ends an endless loop at Ctrl-C, and keeps what was defined without doing it again", async ({
    expect: expects,
  }) => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(`${script.define}\r${script.print}\r`);
    await session.shows(/^printed$/m);
    session.type(`${script.endless}\r`);
    await session.shows(/^endless$/m);
    session.type(ctrl("c"));
    await session.shows(/^interrupted$/m);
    session.type("list\r");
    await session.shows(script.defined);
    expects(session.text().match(/^printed$/gm)).toHaveLength(1);
  });

  it("does not begin what Ctrl-C takes back right behind Enter", async ({ expect: expects }) => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(`${script.endless}\r`);
    await session.shows((shown) => shown.lines().at(-1) === `${at}${script.endless}`);
    session.type(ctrl("c"));
    await session.shows((shown) => shown.lines().at(-1) === at);
    session.type("1 + 1\r");
    await session.shows(/^2$/m);
    expects(session.text()).not.toContain("limit");
  });

  it("ends a call that waits at Ctrl-C, and keeps what was defined", async ({ expect: expects }) => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(`${script.define}\r${script.waits}\r`);
    await session.shows(/^waiting$/m);
    session.type(ctrl("c"));
    await session.shows(/^interrupted$/m);
    session.type("list\r");
    await session.shows(script.defined);
    expects(session.text().match(/^waiting$/gm)).toHaveLength(1);
  });

  it("goes on after a limit, with what was defined", async () => {
    await using session = prompt(language, { flags: ["--cpu", "400ms"] });
    await session.shows(at);
    session.type(`${script.define}\r${script.endless}\r`);
    await session.shows("error[limit.cpu]");
    session.type("list\r");
    await session.shows(script.defined);
  });

  it("shows errors with the line of their input, and goes on", async ({ expect: expects }) => {
    await using session = prompt(language);
    await session.shows(at);
    session.type(`${script.throws}\r`);
    await session.shows(script.failure);
    await session.shows("--> <input 1>:1");
    expects(session.lines()).toContainEqual(expect.stringMatching(/^ {2}1 \| .*failed/));
    session.type(")\r");
    await session.shows("error[script.syntax]");
    session.type("1 + 1\r");
    await session.shows(/^2$/m);
  });

  it("obeys .load, .save, .type, .time, .reset and .help", async ({ expect: expects }) => {
    const file = path.join(folder, `loaded-${language}.txt`);
    const saved = path.join(folder, `saved-${language}.txt`);
    writeFileSync(file, script.function);
    await using session = prompt(language);
    await session.shows(at);
    session.type(`.help\r`);
    await session.shows(".load FILE");
    session.type(`.load ${file}\rdouble(21)\r`);
    await session.shows(/^42$/m);
    session.type(`.type ${script.type}\r`);
    await session.shows(new RegExp(`^${script.typed}$`, "m"));
    session.type(`.time double(4)\r`);
    await session.shows(/^8\n\d+ ms$/m);
    session.type(`.save ${saved}\r`);
    await session.shows(/inputs written to/);
    expects(readFileSync(saved, "utf8")).toBe(`${script.function}\ndouble(21)\ndouble(4)\n`);
    session.type(`.save ${saved}\r`);
    await session.shows("exists already");
    session.type(".load /nowhere\r");
    await session.shows("/nowhere cannot be read");
    session.type(".nothing\r");
    await session.shows("there is no command .nothing");
    session.type(".reset\rdouble\r");
    await session.shows(script.unknown);
  });
});

describe.concurrent("a prompt", { timeout: 60_000 }, () => {
  it("awaits at the top level, and strips types", async () => {
    await using session = prompt("ts");
    await session.shows("ts> ");
    session.type("const p: Promise<number> = util.sleep(1).then(() => 42)\rawait p as number\r");
    await session.shows(/^42$/m);
  });

  it("completes Tengo's modules and their members", async () => {
    await using session = prompt("tengo");
    await session.shows("tengo> ");
    session.type('m := import("bas\t');
    await session.shows('tengo> m := import("base64');
    session.type('")\rm.raw_url_e\t("hi?>")\r');
    await session.shows('"aGk_Pg"');
    session.type("is_immutable_m\t({})\r");
    await session.shows("tengo> is_immutable_map({})");
    session.type("json.dec\t");
    await session.shows("tengo> json.decode");
  });

  it("ends with the terminal", async ({ expect: expects }) => {
    await using session = prompt("lua");
    await session.shows("lua> ");
    session.type("1 + 1\r");
    await session.shows(/^2$/m);
    session.kill("SIGHUP");
    expects(await session.exited).toMatchObject({ exitCode: 129 });
  });

  it("ends with the terminal also while it computes", async ({ expect: expects }) => {
    await using session = prompt("lua");
    await session.shows("lua> ");
    session.type("while true do end\r");
    await session.shows("while true do end");
    session.kill("SIGHUP");
    expects(await session.exited).toMatchObject({ exitCode: 129 });
  });

  it("gives the terminal back as it was", async ({ expect: expects }) => {
    const shell = `stty -g > before; ${process.execPath} ${CLI} repl; stty -g > after; echo done`;
    await using session = new TerminalSession("/bin/sh", ["-c", shell], { cwd: folder, env: ownFolders() });
    await session.shows("lua> ");
    session.type(ctrl("d"));
    await session.shows("done");
    expects(readFileSync(path.join(folder, "after"), "utf8")).toBe(readFileSync(path.join(folder, "before"), "utf8"));
    expects(session.written).toContain("\x1b[?2004l");
  });

  it("moves by what is seen as one character, and follows the width of the terminal", async ({ expect: expects }) => {
    await using session = prompt("lua", { columns: 30, rows: 10 });
    await session.shows("lua> ");
    session.type("'日本語e\u0301'");
    await session.shows("'日本語e\u0301'");
    session.type(`${KEY.left}${KEY.left}${KEY.backspace}x`);
    await session.shows("'日本xe\u0301'");
    expects(session.cursor().column).toBe("lua> '".length + 5);
    session.type(`${ctrl("e")} .. '${"y".repeat(30)}'`);
    await session.shows(/y+\ny+'$/);
    session.resize(80, 10);
    await session.shows((shown) => shown.lines().at(-1) === `lua> '日本xe\u0301' .. '${"y".repeat(30)}'`);
    session.resize(20, 10);
    await session.shows((shown) => shown.lines().slice(-3).join("") === `lua> '日本xe\u0301' .. '${"y".repeat(30)}'`);
    session.type(KEY.enter);
    await session.shows(/^"日本xe\u0301y+/m);
  });

  it("prints what comes later above what is being typed", async ({ expect: expects }) => {
    await using session = prompt("lua");
    await session.shows("lua> ");
    session.type("async.spawn(function() util.sleep(300) print('la' .. 'ter') end)\rtyped");
    await session.shows(/^later\nlua> typed$/m);
    expects(session.cursor()).toEqual({ line: "lua> typed", column: 10 });
  });

  it("goes on when something that an input left running reaches a limit", async () => {
    await using session = prompt("lua", { flags: ["--cpu", "400ms"] });
    await session.shows("lua> ");
    session.type("kept = 'ke' .. 'pt'\rasync.spawn(function() util.sleep(200) while true do end end)\r");
    await session.shows("error[limit.cpu]");
    await session.shows("before its last input");
    session.type("kept\r");
    await session.shows(/^"kept"$/m);
  });

  it("gives up at Ctrl-C what takes too long to complete", async () => {
    await using session = prompt("js");
    await session.shows("js> ");
    session.type("kept = 'ke' + 'pt'; p = new Proxy({}, { ownKeys() { for (;;) {} } }); 1\r");
    await session.shows(/^1$/m);
    session.type("p.\t");
    await session.shows("js> p.");
    session.type(`${ctrl("c")}${ctrl("a")}${ctrl("k")}kept\r`);
    await session.shows(/^"kept"$/m);
  });

  it("keeps what is printed to another place than the terminal apart", async ({ expect: expects }) => {
    const shell = `${process.execPath} ${CLI} repl > printed.txt; echo done`;
    await using session = new TerminalSession("/bin/sh", ["-c", shell], { cwd: folder, env: ownFolders() });
    await session.shows("lua> ");
    session.type("print('pri' .. 'nted')\r1 + 1\rmissing()\r");
    await session.shows("error[script.error]");
    session.type(ctrl("d"));
    await session.shows("done");
    expects(readFileSync(path.join(folder, "printed.txt"), "utf8")).toBe("printed\n2\n");
    expects(session.text()).not.toMatch(/^printed$/m);
  });

  it("is coloured while it is typed, and not with NO_COLOR", async ({ expect: expects }) => {
    await using coloured = prompt("lua", { env: { COLORTERM: "truecolor" } });
    await using plain = prompt("lua", { env: { NO_COLOR: "1" } });
    for (const session of [coloured, plain]) {
      await session.shows("lua> ");
      session.type("local s = 'text'\rs\r");
      await session.shows('"text"');
    }
    expects(coloured.written).toContain("\x1b[35mlocal");
    expects(coloured.written).toContain('\x1b[32m"text"');
    // eslint-disable-next-line no-control-regex
    expects(plain.written).not.toMatch(/\x1b\[\d*m/);
  });

  it("shows no control characters of a value", async ({ expect: expects }) => {
    await using session = prompt("js");
    await session.shows("js> ");
    session.type("'a\\u001b[2J\\nb\\u0007'\r");
    await session.shows("\\x1b[2J");
    await session.shows("\\x07");
    expects(session.written.split("js> ")[0]).not.toContain("\x1b[2J");
  });
});
