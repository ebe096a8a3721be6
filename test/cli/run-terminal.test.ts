import { describe, expect, it } from "vitest";
import { ownFolders } from "../support/own-folders.ts";
import { CLI } from "../support/product.ts";
import { TerminalSession, ctrl } from "../support/terminal.ts";

const ENV = {
  ...ownFolders(),
  OLLAMA_HOST: "127.0.0.1:9",
  CI: "",
  NO_COLOR: "",
  FORCE_COLOR: "",
  TERM: "xterm-256color",
};

function inTerminal(code: string, flags: string[] = [], env: Record<string, string> = {}): TerminalSession {
  return new TerminalSession(process.execPath, [CLI, "exec", ...flags, "-e", "lua", code], { env: { ...ENV, ...env } });
}

describe.concurrent("a run in a terminal", { timeout: 60_000 }, () => {
  it("says what it waits for until it goes on, and leaves nothing of it on the screen", async () => {
    await using session = inTerminal('print("before") util.sleep(1500) print("after") return "end"');
    await session.shows(/before\n. waiting for util\.sleep, \d+/);
    await session.shows(/^end$/m);
    expect(session.lines()).toEqual(["before", "after", "end"]);
  });

  it("never draws into half a line", async () => {
    await using session = inTerminal('io.write("half") util.sleep(900) print(" a line")');
    await session.shows("a line");
    expect(session.lines()).toEqual(["half a line"]);
    expect(session.written).not.toContain("waiting");
  });

  it.each<[string, string[], Record<string, string>]>([
    ["--quiet", ["--quiet"], {}],
    ["NO_COLOR", [], { NO_COLOR: "1" }],
    ["a CI", [], { CI: "true" }],
  ])("shows no progress with %s", async (_, flags, env) => {
    await using session = inTerminal("util.sleep(900) return 1", flags, env);
    await session.shows("1");
    expect(session.lines()).toEqual(["1"]);
    expect(session.written).not.toMatch(/waiting|running/);
  });

  it("says what models cost, where models were called", async () => {
    const chat = 'return llm.chat("Hello.", { model = "offline" })';
    await using asked = inTerminal(chat);
    await using quiet = inTerminal(chat, ["-q"]);
    await using none = inTerminal("return 1");
    await asked.shows(/^models: \d+ tokens in, \d+ out, \$0; [\d.]+ m?s$/m);
    await Promise.all([quiet.exited, none.exited]);
    await quiet.shows("Hello.");
    await none.shows("1");
    expect(quiet.text()).not.toContain("models:");
    expect(none.lines()).toEqual(["1"]);
  });

  it("ends with Ctrl-C, the progress line gone", async () => {
    await using session = inTerminal("util.sleep(60000)");
    await session.shows("waiting for util.sleep");
    session.type(ctrl("c"));
    expect(await session.exited).toMatchObject({ exitCode: 130 });
    await session.shows("run.aborted");
    expect(session.text()).not.toContain("waiting");
  });

  it("ends with the terminal", async () => {
    await using session = inTerminal('print("on") util.sleep(60000)');
    await session.shows("on");
    session.kill("SIGHUP");
    expect(await session.exited).toMatchObject({ exitCode: 129 });
  });

  it("has no standard input: what a person types is not waited for", async () => {
    await using session = inTerminal("return tostring(stdin)");
    await session.shows("nil");
    expect(session.lines()).toEqual(["nil"]);
  });
});
