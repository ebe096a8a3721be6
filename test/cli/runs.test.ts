import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startModelServer } from "../../src/testing/model-server.ts";
import { type CliOptions, runCli, startCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

let folder: ReturnType<typeof scratchFolder>;
beforeEach(
  () =>
    void (folder = scratchFolder({
      "greet.lua": 'print("hello", util.uuid()) return llm.complete("Name a colour", { model = "offline" }).content',
      "wait.lua": 'util.uuid() llm.complete("one", { model = "offline" }) print("ready") util.sleep(1e6)',
      "fail.lua": 'print("before") error({ code = "my.code", message = "enough" })',
      "ask.js": 'console.log("read: " + stdin); await llm.stream("tell", (piece) => console.write(piece));',
    })),
);
afterEach(() => folder[Symbol.dispose]());

const state = () => path.join(folder.path, "state");
const database = () => path.join(state(), "llmspell/runs.db");
const options = (more: CliOptions = {}): CliOptions => ({
  cwd: folder.path,
  ...more,
  env: { XDG_STATE_HOME: state(), ...more.env },
});
const cli = (args: readonly string[], more?: CliOptions) => runCli(args, options(more));

interface ListedRun {
  id: string;
  name: string;
  status: string;
}
const list = async (...args: string[]) =>
  JSON.parse((await cli(["runs", "list", "--json", "--limit", "0", ...args])).stdout) as ListedRun[];

describe("runs", () => {
  it("lists what ran, shows one, exports it for a replay, and deletes", async () => {
    expect(await cli(["runs", "list"])).toMatchObject({ stdout: "", stderr: "There are no runs.\n" });
    expect(await cli(["runs", "list", "--status", "ok"])).toMatchObject({
      stdout: "",
      stderr: "No run is like that.\n",
    });
    const ran = await cli(["run", "greet.lua", "--seed", "3"]);
    await cli(["run", "fail.lua"]);
    await cli(["run", "greet.lua", "--no-journal"]);
    expect(await list()).toMatchObject([
      { name: "fail", status: "failed", error: { code: "my.code" } },
      { name: "greet", status: "ok" },
    ]);
    expect(await list("--status", "failed")).toHaveLength(1);
    expect(await list("--spell", "greet", "--since", "1h")).toHaveLength(1);
    expect((await cli(["runs", "list"])).stdout).toMatch(/fail +my\.code/);
    const [, greet] = await list();
    const shown = await cli(["runs", "show", greet?.id.slice(0, -1) ?? ""]);
    expect(shown.stdout).toMatch(/status +ok/);
    expect(shown.stdout).toMatch(/llm\.generate .*Name a colour/);
    const exported = await cli(["runs", "export", greet?.id ?? "", "-o", "tape.jsonl"]);
    expect(exported).toMatchObject({ code: 0, stdout: "" });
    const replayed = await cli(["run", "--replay", "tape.jsonl"]);
    expect([replayed.stdout, replayed.code]).toEqual([ran.stdout, 0]);
    expect((await cli(["runs", "export", greet?.id ?? ""])).stdout).toBe(
      readFileSync(path.join(folder.path, "tape.jsonl"), "utf8"),
    );
    expect((await cli(["runs", "prune"])).stdout).toBe("0 runs deleted\n");
    expect((await cli(["runs", "prune", "--keep-runs", "1"])).stdout).toBe("1 run deleted\n");
    expect(await list()).toMatchObject([{ name: "fail" }]);
  });

  it.each([
    [["runs", "show", "nothing"], 2, "run.unknown"],
    [["runs", "show", "last"], 2, "run.unknown"],
    [["runs", "list", "--since", "yesterday"], 2, "usage.invalid"],
    [["runs", "list", "--limit", "-1"], 2, "usage.invalid"],
    [["runs", "prune", "--keep-days", "few"], 2, "usage.invalid"],
    [["run"], 2, "usage.invalid"],
    [["run", "--replay", "missing.jsonl"], 2, "usage.invalid"],
    [["run", "--replay", "greet.lua"], 3, "journal.corrupt"],
    [["run", "greet.lua", "--record", "nowhere/tape.jsonl"], 3, "store.unavailable"],
    [["run", "greet.lua", "--record", "fail.lua"], 2, "usage.invalid"],
  ])("says what is wrong with %s", async (args, code, error) => {
    const result = await cli(args);
    expect(result.stderr).toContain(`error[${error}]`);
    expect([result.code, result.stdout]).toEqual([code, ""]);
    expect(readFileSync(path.join(folder.path, "fail.lua"), "utf8")).toContain("enough");
  });
});

describe("a run that is recorded", () => {
  it("is replayed with the same output and exit code, without its model and its input", async () => {
    const server = await startModelServer(({ stream }) =>
      stream ? { chunks: ["once ", "upon ", "a time"] } : { text: "x" },
    );
    const env = { OPENAI_API_KEY: "sk-a-key-of-this-test", OPENAI_BASE_URL: `${server.url}/v1` };
    const args = ["run", "ask.js", "-m", "openai/m", "--record", "tape.jsonl"];
    const recorded = await cli(args, { env, input: "the input" });
    await server.close();
    expect(recorded).toMatchObject({ code: 0, stdout: "read: the input\nonce upon a time" });
    const replayed = await cli(["run", "--replay", "tape.jsonl"]);
    expect([replayed.stdout, replayed.code]).toEqual([recorded.stdout, 0]);
    const files = readdirSync(path.dirname(database())).map((name) => path.join(path.dirname(database()), name));
    for (const file of [...files, path.join(folder.path, "tape.jsonl")])
      expect(readFileSync(file, "latin1")).not.toContain("sk-a-key-of-this-test");
  });

  it("fails in its replay as it failed", async () => {
    const recorded = await cli(["run", "fail.lua", "--record", "tape.jsonl"]);
    const replayed = await cli(["run", "--replay", "tape.jsonl"]);
    expect([replayed.stdout, replayed.code]).toEqual([recorded.stdout, recorded.code]);
    expect(replayed.stderr).toBe(recorded.stderr);
  });

  it("is told from a script that changed", async () => {
    await cli(["run", "greet.lua", "--record", "tape.jsonl"]);
    expect(await cli(["run", "greet.lua", "--replay", "tape.jsonl"])).toMatchObject({ code: 0 });
    writeFileSync(
      path.join(folder.path, "greet.lua"),
      'print("hello", util.uuid()) llm.complete("Name a shape", { model = "offline" })',
    );
    const result = await cli(["run", "greet.lua", "--replay", "tape.jsonl"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/journal\.mismatch.*"Name a colour" was recorded, it is "Name a shape"/);
  });

  it.skipIf(!existsSync("/dev/full"))(
    "says so when the disk is full, and ends as it would but for the code",
    async () => {
      const result = await cli(["run", "greet.lua", "--record", "/dev/full"]);
      expect(result.stdout).toMatch(/^hello\t/);
      expect(result.stderr).toMatch(/store\.full.*\/dev\/full/);
      expect(result.code).toBe(1);
      expect(await list()).toMatchObject([{ name: "greet", status: "ok" }]);
    },
  );
});

describe("a process that is killed", () => {
  it("leaves the run as crashed, with all that it had done, and a recording that can be read", async () => {
    const running = startCli(["run", "wait.lua", "--record", "tape.jsonl"], options());
    await running.printed("ready");
    await expect.poll(() => readFileSync(path.join(folder.path, "tape.jsonl"), "utf8")).toContain("util.sleep");
    expect(await list()).toMatchObject([{ status: "running" }]);
    running.process.kill("SIGKILL");
    await running.ended;
    expect(await list()).toMatchObject([{ status: "crashed" }]);
    const shown = JSON.parse((await cli(["runs", "show", "last", "--json"])).stdout);
    expect(shown).toMatchObject({
      status: "crashed",
      outcome: null,
      effects: [{ method: "util.uuid" }, { method: "llm.generate" }, { text: "ready\n" }, { method: "util.sleep" }],
    });
    expect(shown.effects.map(({ endedAt }: { endedAt?: number }) => endedAt !== undefined)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    const replayed = await cli(["run", "--replay", "tape.jsonl"]);
    expect([replayed.stdout, replayed.code]).toEqual(["ready\n", 1]);
    expect(replayed.stderr).toMatch(/util\.sleep, is under way/);
  });

  it("by Ctrl-C has a cancelled run", async () => {
    const running = startCli(["run", "wait.lua"], options());
    await running.printed("ready");
    running.process.kill("SIGINT");
    expect((await running.ended).code).toBe(130);
    expect(await list()).toMatchObject([{ status: "cancelled", error: { code: "run.aborted" } }]);
  });

  it.each([
    ["exec", ["exec", "-e", "lua", 'while true do print("x") util.sleep(1) end']],
    ["a JSON line", ["exec", "--jsonl", "-e", "lua", 'while true do print("x") util.sleep(1) end']],
    ["repl", ["repl", "-e", "lua"]],
  ])("by a reader that closes its pipe has a cancelled run, which ends quietly with 0: %s", async (_, args) => {
    const running = startCli(args, { ...options(), keepInputOpen: true });
    running.process.stdin.write('while true do print("x") util.sleep(1) end\n');
    await running.printed("x");
    running.process.stdout.destroy();
    expect(await running.ended).toMatchObject({ code: 0, stderr: "" });
    expect(await list()).toMatchObject([{ status: "cancelled", error: { code: "run.aborted" } }]);
  });
});

describe("a disk that is full", () => {
  const mount = (at: string) => spawnSync("mount", ["-t", "tmpfs", "-o", "size=300k", "tmpfs", at]).status === 0;

  it.skipIf(process.getuid?.() !== 0)("loses nothing that was stored, and the run ends right", async ({ skip }) => {
    const disk = path.join(folder.path, "disk");
    mkdirSync(disk);
    if (!mount(disk)) return skip("no file system can be mounted here");
    try {
      const env = { XDG_STATE_HOME: disk };
      await cli(["run", "fail.lua"], { env });
      const code = 'for i = 1, 3000 do util.uuid() print(("x"):rep(200)) end print("done")';
      const result = await cli(["exec", "-e", "lua", code], { env });
      expect([result.code, result.stdout.endsWith("done\n")]).toEqual([0, true]);
      expect(result.stderr.match(/incomplete: no space is left for the journal of runs/g)).toHaveLength(1);
      const runs = JSON.parse((await cli(["runs", "list", "--json"], { env })).stdout) as ListedRun[];
      expect(runs.map(({ name, status }) => [name, status])).toEqual([
        ["code", "crashed"],
        ["fail", "failed"],
      ]);
    } finally {
      spawnSync("umount", [disk]);
    }
  });
});

describe("processes at once", () => {
  it("lose nothing of each other", async () => {
    const runs = Array.from({ length: 8 }, () => cli(["run", "greet.lua"]));
    const results = await Promise.all(runs);
    expect(results.map(({ code }) => code)).toEqual(results.map(() => 0));
    const listed = await list();
    expect(listed.map(({ status }) => status)).toEqual(results.map(() => "ok"));
    for (const { id } of listed.slice(0, 2))
      expect((await cli(["runs", "export", id])).stdout).toMatch(/"outcome".*"ok":true.*\n$/);
  });
});

describe("a journal that cannot be used", () => {
  const prepare = (make: (file: string) => void) => {
    writeFileSync(path.join(folder.path, "placeholder"), "");
    const store = scratchFolder();
    make(path.join(store.path, "runs.db"));
    return store;
  };
  const withDatabase = async (make: (file: string) => void) => {
    using store = prepare(make);
    const env = { LLMSPELL_JOURNAL__FILE: path.join(store.path, "runs.db") };
    return { run: await cli(["run", "fail.lua"], { env }), list: await cli(["runs", "list"], { env }) };
  };
  const newer = (file: string) => {
    const sqlite = new DatabaseSync(file);
    sqlite.exec("PRAGMA user_version = 99");
    sqlite.close();
  };
  const foreign = (file: string) => {
    const sqlite = new DatabaseSync(file);
    sqlite.exec("CREATE TABLE theirs (x)");
    sqlite.close();
  };
  const damaged = (file: string) => writeFileSync(file, "no database, only text ".repeat(100));

  it.each([
    ["of another format", newer, "store.version", "format 99"],
    ["of another program", foreign, "store.corrupt", "another program"],
    ["damaged", damaged, "store.corrupt", "damaged"],
  ])("is %s: a warning, and the run goes on", async (_, make, code, text) => {
    const { run, list: listed } = await withDatabase(make);
    expect([run.code, run.stdout]).toEqual([1, "before\n"]);
    expect(run.stderr).toMatch(/^warn.*not journaled/m);
    expect(run.stderr).toContain(text);
    expect(run.stderr).toContain("error[my.code]");
    expect(listed.code).toBe(3);
    expect(listed.stderr).toContain(`error[${code}]`);
  });
});
