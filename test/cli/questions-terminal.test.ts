import path from "node:path";
import { describe, expect, it } from "vitest";
import { startCli } from "../support/cli.ts";
import { CLI } from "../support/product.ts";
import { runCli } from "../support/run-cli.ts";
import { scratchFolder } from "../support/scratch.ts";
import { KEY, TerminalSession, ctrl } from "../support/terminal.ts";

function start(args: string[]): TerminalSession & { folder: ReturnType<typeof scratchFolder> } {
  const folder = scratchFolder({});
  const env = {
    HOME: folder.path,
    XDG_STATE_HOME: path.join(folder.path, "state"),
    XDG_CONFIG_HOME: path.join(folder.path, "config"),
    CI: "",
    NO_COLOR: "1",
  };
  return Object.assign(
    new TerminalSession(process.execPath, [CLI, ...args], { env, cwd: folder.path, columns: 100, rows: 40 }),
    { folder },
  );
}

/** The runs of its journal. */
async function kept({ folder }: { folder: { path: string } }): Promise<{ status: string }[]> {
  const env = { XDG_STATE_HOME: path.join(folder.path, "state") };
  const { stdout } = await startCli(["runs", "list", "--json"], { env }).ended;
  return JSON.parse(stdout) as { status: string }[];
}

const ASK = `local a = approval.request{title = "Delete it?", details = {files = "a.txt\\27[2J", size = 3}}
print("answer " .. a.answer .. " by " .. a.by .. (a.approved and ", approved" or ", denied"))`;

describe("a question of a run in a terminal", () => {
  it.each([
    ["y\r", "answer yes by terminal, approved"],
    ["\r", "answer no by terminal, denied"],
    [ctrl("d"), "answer no by terminal, denied"],
  ])("is shown with its details and answered by %j", async (keys, said) => {
    await using terminal = start(["exec", "-e", "lua", ASK]);
    await terminal.shows("Allow? [y/N]");
    expect(terminal.text()).toContain("Delete it?\n  | files: a.txt");
    // What a script gives cannot clear the screen.
    expect(terminal.written).not.toContain("\u001b[2J");
    terminal.type(keys);
    await terminal.shows(said);
    expect((await terminal.exited).exitCode).toBe(0);
  });

  it.each<[string, number, (terminal: TerminalSession) => void]>([
    ["Ctrl-C", 130, (terminal) => terminal.type(ctrl("c"))],
    ["SIGINT", 130, (terminal) => terminal.kill("SIGINT")],
    ["SIGTERM", 143, (terminal) => terminal.kill("SIGTERM")],
    ["a terminal that goes away", 129, (terminal) => terminal.kill("SIGHUP")],
  ])("is no answer, and ends the run as cancelled: %s", async (_, exitCode, end) => {
    await using terminal = start(["exec", "-e", "lua", `${ASK} util.sleep(60000)`]);
    await terminal.shows("Allow? [y/N]");
    end(terminal);
    expect(await terminal.exited).toMatchObject({ exitCode });
    expect(terminal.text()).not.toContain("answer no");
    expect((await kept(terminal)).map(({ status }) => status)).toEqual(["cancelled"]);
  });

  it("is not answered by what was typed before it stood there", async () => {
    await using terminal = start(["exec", "-e", "lua", `print("busy") util.sleep(300) ${ASK}`]);
    await terminal.shows("busy");
    terminal.type("y\r");
    await terminal.shows("Allow? [y/N]");
    terminal.type("n\r");
    await terminal.shows("answer no by terminal");
  });

  it("is asked again until the answer is one of the choices, by number or text", async () => {
    const code = `local where = approval.request{title = "Deploy where?", choices = {"staging", "production"}}
      local when = approval.request{title = "When?", choices = {"now", "later"}}
      print(where.answer, when.answer)`;
    await using terminal = start(["exec", "-e", "lua", code]);
    await terminal.shows("Choose 1-2:");
    terminal.type("7\r");
    await terminal.shows("Give the number or the text");
    terminal.type("2\r");
    await terminal.shows("When?");
    terminal.type("LATER\r");
    await terminal.shows(/production\s+later/);
  });

  it("is asked one after the other, and what the run prints meanwhile waits", async () => {
    const code = `const both = Promise.all(["one?", "two?"].map((title) => approval.request(title)));
      print("meanwhile");
      const answers = (await both).map(({ answer }) => answer);
      print(answers.join("-"));`;
    await using terminal = start(["exec", "-e", "js", code]);
    await terminal.shows("one?");
    terminal.type("y\r");
    await terminal.shows("two?");
    terminal.type("n\r");
    await terminal.shows("yes-no");
    const text = terminal.text();
    expect(text.match(/one\?\nAllow\? \[y\/N\] y/)).not.toBeNull();
    expect(text.match(/two\?\nAllow\? \[y\/N\] n/)).not.toBeNull();
  });

  it("that is answered too late goes away", async () => {
    const code = `local ok, e = pcall(approval.request, {title = "Quick?", timeout = 300}) print(e.code)`;
    await using terminal = start(["exec", "-e", "lua", code]);
    await terminal.shows("(no answer is wanted any more)");
    await terminal.shows("approval.timeout");
    expect((await terminal.exited).exitCode).toBe(0);
  });

  it("is answered in the prompt of a session too", async () => {
    await using terminal = start(["repl", "-e", "lua"]);
    await terminal.shows("lua>");
    terminal.type(`approval.request("Really?").approved${KEY.enter}`);
    await terminal.shows("Allow? [y/N]");
    terminal.type(`y${KEY.enter}`);
    await terminal.shows(/^true/m);
  });

  it("in the prompt of a session ends with its input by Ctrl-C, and the session with SIGTERM", async () => {
    await using terminal = start(["repl", "-e", "lua"]);
    await terminal.shows("lua>");
    terminal.type(`print(approval.request("Really?").answer)${KEY.enter}`);
    await terminal.shows("Allow? [y/N]");
    terminal.type(ctrl("c"));
    await terminal.shows("interrupted");
    terminal.type(`20 + 1${KEY.enter}`);
    await terminal.shows(/^21/m);
    terminal.kill("SIGTERM");
    expect(await terminal.exited).toMatchObject({ exitCode: 143 });
    expect(terminal.text()).not.toMatch(/^no$/m);
    expect((await kept(terminal)).map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });
});

describe("without a terminal", () => {
  it("there is nobody to ask, which ends with the exit code of permissions", async () => {
    const { code, stderr } = await runCli(["exec", "-e", "lua", ASK]);
    expect(code).toBe(5);
    expect(stderr).toContain("approval.unavailable");
    expect(stderr).toContain("--yes");
  });

  it("--yes approves", async () => {
    const { code, stdout } = await runCli(["exec", "--yes", "-e", "lua", ASK]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "answer yes by --yes, approved\n" });
  });

  it.each([
    [`choices = {"go", "cancel"}`, "go"],
    [`choices = {"staging", "production"}`, "approval.unavailable"],
    [`choices = {"no", "cancel"}`, "approval.unavailable"],
  ])("--yes takes the one choice that says yes, and makes no other: %s", async (choices, said) => {
    const code = `local ok, a = pcall(approval.request, {title = "Which?", ${choices}}) print(a.answer or a.code)`;
    expect((await runCli(["exec", "--yes", "-e", "lua", code])).stdout).toBe(`${said}\n`);
  });
});
