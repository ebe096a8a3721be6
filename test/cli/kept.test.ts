import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runCli, startCli } from "../support/cli.ts";
import { scratchFolder } from "../support/scratch.ts";

/** A folder that is everything: home, state, cache and workspace. */
function ownHome(files: Record<string, string>) {
  const folder = scratchFolder(files);
  const env = {
    HOME: folder.path,
    XDG_STATE_HOME: path.join(folder.path, "state"),
    XDG_CACHE_HOME: path.join(folder.path, "cache"),
  };
  const cli = (...args: string[]) => runCli(args, { env, cwd: folder.path });
  return { ...folder, env, cli, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const COUNT = `local kept = state.create{ scope = params.scope or "spell" }
print(kept:update("runs", function(n) return (n or 0) + 1 end))`;

describe.concurrent("stored state", () => {
  it("is there for the spell's next run, and for no other spell", async () => {
    using home = ownHome({ "count.lua": COUNT, "other.lua": COUNT });
    const printed = [];
    for (const file of ["count.lua", "./count.lua", "other.lua"]) printed.push((await home.cli("run", file)).stdout);
    expect(printed).toEqual(["1\n", "2\n", "1\n"]);
    expect(readdirSync(path.join(home.path, "state/llmspell"))).toContain("state.db");
  });

  it("is shared between spells only where that is allowed", async () => {
    using home = ownHome({ "count.lua": COUNT, "other.lua": COUNT });
    const shared = ["--allow-shared-state", "-p", "scope=user"];
    expect(await home.cli("run", "count.lua", "-p", "scope=user")).toMatchObject({
      code: 5,
      stdout: "",
      stderr: expect.stringContaining("--allow-shared-state") as string,
    });
    await home.cli("run", "count.lua", ...shared);
    expect(await home.cli("run", "other.lua", ...shared)).toMatchObject({ code: 0, stdout: "2\n" });
  });

  it("survives a process that is killed, and its neighbours go on", async () => {
    using home = ownHome({
      "forever.js": `const kept = state.create({ path: "n.json" });
kept.atomic(() => kept.update("n", (n) => (n ?? 0) + 1));
for (;;) console.log(kept.update("n", (n) => n + 1));`,
      "once.js": `console.log(state.create({ path: "n.json" }).update("n", (n) => n + 1))`,
    });
    const running = startCli(["run", "forever.js", "--limit", "hostCalls=1000000", "--limit", "hostBytes=1GB"], {
      env: home.env,
      cwd: home.path,
    });
    await running.printed("30\n");
    running.process.kill("SIGKILL");
    const { stdout } = await running.ended;
    const said = Number(stdout.trim().split("\n").at(-1));
    const { stdout: next } = await home.cli("run", "once.js");
    expect([1, 2]).toContain(Number(next) - said);
    expect(JSON.parse(readFileSync(path.join(home.path, "n.json"), "utf8"))).toMatchObject({
      data: { n: Number(next) },
    });
  });

  it("cannot be kept where its folder cannot be: exit code 3", async () => {
    using home = ownHome({ "count.lua": COUNT, state: "a file" });
    expect(await home.cli("run", "count.lua")).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/^error\[store\.unavailable\].*state\.db/m) as string,
    });
  });
});

const CACHED = `return cache.through("answer", 3600000, function() print("made") return 42 end)`;

describe.concurrent("the kept cache", () => {
  it("spares the next run the work, is listed and cleared", async () => {
    using home = ownHome({ "slow.lua": CACHED, "other.lua": CACHED });
    expect(await home.cli("cache", "list")).toMatchObject({ code: 0, stdout: "" });
    expect(existsSync(path.join(home.path, "cache"))).toBe(false);
    expect((await home.cli("run", "slow.lua")).stdout).toBe("made\n42\n");
    expect((await home.cli("run", "slow.lua")).stdout).toBe("42\n");
    await home.cli("run", "other.lua");
    const spell = path.join(home.path, "slow.lua");
    const info = await home.cli("cache", "info", "--json");
    expect(JSON.parse(info.stdout)).toMatchObject({ spells: 2, entries: 2, file: expect.stringContaining("cache.db") });
    expect((await home.cli("cache", "info")).stdout).toContain("2 values of 2 spells");
    expect(JSON.parse((await home.cli("cache", "list", "--json")).stdout)).toContainEqual(
      expect.objectContaining({ spell: expect.stringContaining("slow.lua"), entries: 1 }),
    );
    for (const name of ["slow", "slow.lua", spell])
      expect((await home.cli("cache", "list", "--spell", name)).stdout).toContain('"answer"');
    expect(await home.cli("cache", "clear", "--spell", "slow", "--json")).toMatchObject({
      stdout: '{\n  "removed": 1\n}\n',
    });
    expect((await home.cli("run", "slow.lua")).stdout).toBe("made\n42\n");
    expect((await home.cli("cache", "clear")).stdout).toBe("2 values removed\n");
    expect(await home.cli("cache", "clear", "--spell", "slow")).toMatchObject({ code: 2, stdout: "" });
  });

  it("is not kept where the configuration says so", async () => {
    using home = ownHome({ "slow.lua": CACHED, "llmspell.yaml": "cache: { enabled: false }\n" });
    for (let run = 0; run < 2; run++) expect((await home.cli("run", "slow.lua")).stdout).toBe("made\n42\n");
    expect((await home.cli("cache", "info")).stdout).toContain("cache.enabled is false");
    expect(existsSync(path.join(home.path, "cache"))).toBe(false);
  });

  it("fails no spell where it cannot be used, but its own command", async () => {
    using home = ownHome({ "slow.lua": CACHED });
    mkdirSync(path.join(home.path, "cache/llmspell"), { recursive: true });
    writeFileSync(path.join(home.path, "cache/llmspell/cache.db"), "no database".repeat(100));
    const run = await home.cli("run", "slow.lua");
    expect(run).toMatchObject({ code: 0, stdout: "made\n42\n" });
    expect(run.stderr.match(/cache\.db/g)).toHaveLength(1);
    expect(await home.cli("cache", "list")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining("store.corrupt") as string,
    });
  });
});
