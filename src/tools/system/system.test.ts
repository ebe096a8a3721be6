import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LlmspellError } from "../../errors.ts";
import { createFixtureHost, type FixtureHost } from "../fixtures/fixture-host.ts";
import { commandRun } from "./command-run.ts";
import { environmentGet, systemInfo } from "./system-info.ts";
import { parsePs, systemProcesses } from "./system-processes.ts";

let host: FixtureHost;
beforeEach(() => (host = createFixtureHost({ files: { "sub/a.txt": "a" } })));
afterEach(() => host.close());

const node = (code: string, more: Record<string, unknown> = {}) => ({ program: "node", args: ["-e", code], ...more });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // One that nobody has taken notice of yet has ended all the same.
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
  } catch {
    return false;
  }
}

describe("command_run", () => {
  it("runs a program in a folder of the workspace with its arguments as they are", async () => {
    const code = "console.log(process.cwd(), process.argv[1]); console.error('oh'); process.exitCode = 3";
    const args = { program: "node", args: ["-e", code, "$HOME; *"], cwd: "sub" };
    expect(await host.run(commandRun, args)).toEqual({
      exit_code: 3,
      signal: null,
      stdout: `${path.join(host.root, "sub")} $HOME; *\n`,
      stderr: "oh\n",
      timed_out: false,
      truncated: false,
    });
    expect(host.asked[0]).toBe("command node");
  });

  it("gives input, and nothing of the environment that could be secret", async () => {
    vi.stubEnv("OPENAI_API_KEY", "sk-secret");
    vi.stubEnv("NODE_OPTIONS", "--no-warnings");
    const code = "process.stdin.pipe(process.stdout); console.log(Object.keys(process.env).join())";
    const { stdout } = (await host.run(commandRun, node(code, { input: "hello" }))) as { stdout: string };
    vi.unstubAllEnvs();
    expect(stdout).toContain("hello");
    expect(stdout).toContain("PATH");
    expect(stdout).not.toMatch(/OPENAI|NODE_OPTIONS|VITEST/);
  });

  it("ends what takes too long, with what it has started", async () => {
    const code = `const { spawn } = require("node:child_process");
      const child = spawn("sleep", ["600"], { stdio: "ignore" });
      console.log(child.pid); setInterval(() => {}, 1000)`;
    const result = (await host.run(commandRun, node(code, { timeout_seconds: 1 }))) as { stdout: string };
    expect(result).toMatchObject({ exit_code: null, signal: "SIGKILL", timed_out: true });
    await vi.waitFor(() => expect(isAlive(Number(result.stdout))).toBe(false), 10_000);
  });

  it("ends what writes too much", async () => {
    const code = "for (;;) process.stdout.write('x'.repeat(1000))";
    const result = (await host.run(commandRun, node(code, { max_output: 500 }))) as { stdout: string };
    expect(result).toMatchObject({ truncated: true, timed_out: false });
    expect(result.stdout).toHaveLength(500);
  });

  it("is ended with the run", async () => {
    const abort = new AbortController();
    host.close();
    host = createFixtureHost({ files: { "a.txt": "" }, signal: abort.signal });
    const code = `require("fs").writeFileSync("pid", String(process.pid)); setInterval(() => {}, 1000)`;
    const failed = host.fail(commandRun, node(code));
    const file = path.join(host.root, "pid");
    await vi.waitFor(() => expect(existsSync(file) && host.onDisk("pid")).toMatch(/^\d+$/), 10_000);
    const pid = Number(host.onDisk("pid"));
    abort.abort(new LlmspellError("run.aborted", "the run was cancelled"));
    expect((await failed).code).toBe("run.aborted");
    expect(isAlive(pid)).toBe(false);
  });

  it.each([
    [{ program: "no-such-program-here" }, "command.not_found"],
    [{ program: "/bin/sh" }, "input.invalid"],
    [{ program: "../sh" }, "input.invalid"],
    [{ program: "node", cwd: "../.." }, "permission.denied"],
    [{ program: "node", cwd: "nowhere" }, "fs.not_found"],
    [{ program: "node", cwd: "sub/a.txt" }, "command.failed"],
    [{ program: "node", args: ["a\0b"] }, "command.failed"],
  ])("%j fails", async (args, code) => {
    expect((await host.fail(commandRun, args)).code).toBe(code);
  });

  it("starts nothing that the policy denies, and no program of the workspace", async () => {
    host.close();
    host = createFixtureHost({ files: { evil: "#!/bin/sh\necho evil" }, policy: (_, target) => target !== "node" });
    expect((await host.fail(commandRun, node(""))).code).toBe("permission.denied");
    vi.stubEnv("PATH", `${host.root}:.:${process.env.PATH}`);
    const { chmodSync } = await import("node:fs");
    chmodSync(path.join(host.root, "evil"), 0o755);
    expect((await host.fail(commandRun, { program: "evil" })).code).toBe("command.not_found");
    vi.unstubAllEnvs();
  });
});

describe("the machine", () => {
  it("is described without names", async () => {
    const { hostname } = await import("node:os");
    const info = await host.run(systemInfo, {});
    expect(info).toMatchObject({ platform: process.platform, node_version: process.version });
    expect(Object.values(info as object)).not.toContain(hostname());
  });

  it("lists processes for those who may run ps", async () => {
    const { processes } = (await host.run(systemProcesses, { limit: 1000, sort: "pid" })) as {
      processes: { pid: number }[];
    };
    expect(processes.find(({ pid }) => pid === process.pid)).toMatchObject({ parent_pid: process.ppid });
    expect(host.asked).toContain("command ps");
    host.close();
    host = createFixtureHost({ policy: () => false });
    expect((await host.fail(systemProcesses, {})).code).toBe("permission.denied");
  });

  it("reads what ps says elsewhere", () => {
    expect(parsePs("    1     0  2048   1-00:01.50 /sbin/launchd\n  412   1 10 00:02:03 Some App\nrubbish\n")).toEqual([
      { pid: 1, parent_pid: 0, name: "launchd", memory_mb: 2, cpu_seconds: 86_401.5 },
      { pid: 412, parent_pid: 1, name: "Some App", memory_mb: 0, cpu_seconds: 123 },
    ]);
  });

  it("shows variables that are allowed", async () => {
    host.close();
    host = createFixtureHost({ env: { COLOR: "blue" } });
    expect(await host.run(environmentGet, { name: "COLOR" })).toEqual({ name: "COLOR", value: "blue" });
    expect(await host.run(environmentGet, { name: "HOME" })).toEqual({ name: "HOME", value: null });
  });
});
