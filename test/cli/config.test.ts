import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../support/cli.ts";
import { ROOT } from "../support/root.ts";
import { scratchFolder } from "../support/scratch.ts";

const SEEDS = readFileSync(path.join(ROOT, "test/seeds/llmspell.yaml"), "utf8");

/** Runs the command line in a folder with these files; `home/` is the home folder. */
async function cli(files: Record<string, string>, args: string[], env: Record<string, string> = {}) {
  using folder = scratchFolder(files);
  const home = path.join(folder.path, "home");
  const own = { HOME: home, XDG_CONFIG_HOME: path.join(home, ".config"), XDG_STATE_HOME: path.join(home, "state") };
  const result = await runCli(args, { cwd: folder.path, env: { ...own, ...env } });
  const text = (name: string) => readFileSync(path.join(folder.path, name), "utf8");
  return { ...result, base: folder.path, written: args.includes("log.lua") ? text("logs.txt") : "" };
}

describe.concurrent("llmspell config", () => {
  it("show says what counts and where it comes from, and hides keys", async () => {
    const files = {
      "llmspell.yaml": "extends: base.toml\nlimits:\n  memory: 128MB\nprofiles: {ci: {limits: {timeout: 2m}}}\n",
      "base.toml": "[models]\ndefault = 'openai/x'\n",
      "home/.config/llmspell/config.json": '{"models": {"providers": {"openai": {"api_key": "sk-hidden-1"}}}}',
    };
    const env = {
      LLMSPELL_LIMITS__CPU: "5s",
      GROQ_API_KEY: "sk-hidden-2",
      MISTRAL_BASE_URL: "https://u:pw@m.example/v1",
    };
    const shown = await cli(files, ["config", "show", "--origin", "--profile", "ci"], env);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    for (const row of [
      /^limits\.memory +128MB +llmspell\.yaml:3$/m,
      /^limits\.timeout +2m +llmspell\.yaml:4 \(profile ci\)$/m,
      /^limits\.cpu +5s +LLMSPELL_LIMITS__CPU$/m,
      /^models\.default +openai\/x +base\.toml:2$/m,
      /^models\.providers\.openai\.api_key +\*\*\* +~?.*config\.json:1$/m,
      /^models\.providers\.groq\.api_key +\*\*\* +GROQ_API_KEY$/m,
      /^models\.providers\.mistral\.base_url +https:\/\/u:\*\*\*@m\.example\/v1 +MISTRAL_BASE_URL$/m,
      /^limits\.host_calls +10000 +default$/m,
    ])
      expect(shown.stdout).toMatch(row);
    const json = await cli(files, ["config", "show", "--json"], env);
    const rows = JSON.parse(json.stdout) as { name: string; value: unknown; origin: string }[];
    expect(rows).toContainEqual({ name: "limits.memory", value: "128MB", default: "64MB", origin: "llmspell.yaml:3" });
    expect(rows).toContainEqual({ name: "limits.timeout", value: null, default: "none", origin: "default" });
    const plain = await cli(files, ["config", "show"], env);
    expect(plain.stdout).toMatch(/^limits\.memory: 128MB$/m);
    expect(`${shown.stdout}${json.stdout}${plain.stdout}`).not.toMatch(/hidden|pw@/);
  });

  it("check tells everything that is wrong, with line and caret, and exits with 3", async () => {
    const { code, stdout, stderr } = await cli(
      { "llmspell.yaml": "limits:\n  memry: 1\n  cpu: soon\nmodels: {providers: {openai: {api_key: 1234567}}}\n" },
      ["config", "check"],
    );
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain(
      'error[config.invalid]: limits has no key "memry" (did you mean "memory"?)\n  --> llmspell.yaml:2:3\n    |\n  2 |   memry: 1\n    |   ^\n',
    );
    expect(stderr).toMatch(/limits\.cpu wants a duration/);
    expect(stderr).toMatch(/api_key wants text/);
    expect(stderr).not.toContain("1234567");
  });

  it("check takes files, tells what has no effect, and answers JSON", async () => {
    const files = { "seeds.yaml": SEEDS, "bad.json": '{"limits": 1}', "llmspell.yaml": "nothing: 1" };
    const good = await cli(files, ["config", "check", "seeds.yaml"]);
    expect(good).toMatchObject({ code: 0, stdout: "seeds.yaml: ok\n" });
    expect(good.stderr).toMatch(/^note: seeds\.yaml:\d+: bridges\.tools\.discovery_paths has no effect/m);
    const both = await cli(files, ["config", "check", "seeds.yaml", "bad.json", "--json"]);
    expect(both.code).toBe(3);
    expect(JSON.parse(both.stdout)).toMatchObject({
      ok: false,
      files: ["seeds.yaml", "bad.json"],
      problems: [{ message: "limits wants keys with values", file: "bad.json", at: { line: 1 } }],
    });
    expect(await cli({ x: "" }, ["config", "check"])).toMatchObject({
      code: 0,
      stderr: "There is no configuration file.\n",
    });
  });

  it("path names the files", async () => {
    const { stdout, base } = await cli({ "llmspell.toml": "", "home/x": "" }, ["config", "path"]);
    expect(stdout).toBe(
      `user     ${base}/home/.config/llmspell/config.yaml  (not there)\nproject  ${base}/llmspell.toml\n`,
    );
  });

  it("schema is the file of the package", async () => {
    const { stdout } = await cli({ x: "" }, ["config", "schema"]);
    expect(stdout).toBe(readFileSync(path.join(ROOT, "dist/schemas/config.json"), "utf8"));
  });
});

describe.concurrent("commands go by the configuration", () => {
  it("run: with the seeds' file, whose logs are JSON on stdout", async () => {
    const { stdout, stderr, code } = await cli(
      {
        "llmspell.yaml": SEEDS,
        "a.lua": 'log.warn("careful", {n = 1}) log.debug("no") fs.write("x", "y") print(pcall(yaml.encode, 1))',
      },
      ["run", "a.lua"],
    );
    expect([code, stderr]).toEqual([0, ""]);
    const [log, printed] = stdout.split("\n");
    expect(JSON.parse(log ?? "")).toMatchObject({ level: "warn", message: "careful", fields: { n: 1 } });
    expect(printed).toMatch(/^false\tyaml\.encode may not be called/);
  });

  it("run: logs to a file, flags over the configured level", async () => {
    const files = {
      "llmspell.yaml": "logging: {output: logs.txt, level: error}",
      "log.lua": 'log.warn("w") log.error("e")',
    };
    expect(await cli(files, ["run", "log.lua"])).toMatchObject({ stderr: "", written: "error: e\n" });
    expect((await cli(files, ["run", "--verbose", "log.lua"])).written).toBe("warn: w\nerror: e\n");
  });

  it("run: not with a wrong one, and says all of it", async () => {
    const { code, stdout, stderr } = await cli(
      { "llmspell.yaml": "limits: {cpu: x, memory: y}", "a.lua": "print(1)" },
      ["run", "a.lua"],
    );
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr.match(/error\[config\.invalid\]/g)).toHaveLength(2);
  });

  it("exec: by --config, --profile, their variables, and flags that add to what is granted", async () => {
    const files = {
      "other.yaml": "limits: {host_calls: 1}\nprofiles: {more: {limits: {host_calls: 3}}}",
      "home/.config/llmspell/config.yaml": "permissions: {env: [A]}",
    };
    const code = "util.sleep(0) util.sleep(0) print(env.A, env.B, env.PATH)";
    const exec = (flags: string[], env: Record<string, string> = {}) =>
      cli(files, ["exec", "-e", "lua", ...flags, code], { A: "a", B: "b", ...env });
    expect(await exec([])).toMatchObject({ code: 0, stdout: "a\tnil\tnil\n" });
    expect(await exec(["--allow-env", "B"])).toMatchObject({ code: 0, stdout: "a\tb\tnil\n" });
    expect(await exec(["--config", "other.yaml"])).toMatchObject({ code: 6 });
    expect(await exec([], { LLMSPELL_CONFIG: "other.yaml" })).toMatchObject({ code: 6 });
    expect(await exec(["--config", "other.yaml", "--profile", "more"])).toMatchObject({ code: 0 });
    expect(await exec([], { LLMSPELL_CONFIG: "other.yaml", LLMSPELL_PROFILE: "more" })).toMatchObject({ code: 0 });
    expect(await exec(["--config", "none.yaml"])).toMatchObject({ code: 3 });
    expect(await exec(["--profile", "more"])).toMatchObject({ code: 3 });
  });

  it("exec: a flag above the ceiling is refused with the place of the ceiling", async () => {
    const files = { "llmspell.yaml": "security:\n  resource_limits:\n    max_memory: 100MB\n" };
    const { code, stderr } = await cli(files, ["exec", "-e", "lua", "--memory", "1GB", "return 1"]);
    expect(code).toBe(5);
    expect(stderr).toContain(
      "limits.memoryBytes of 1GB is above the ceiling of 100MB (security.resource_limits.max_memory in llmspell.yaml:3)",
    );
  });

  it("a variable with a mistyped name is a warning", async () => {
    const { code, stdout, stderr } = await cli({ x: "" }, ["exec", "-e", "lua", "print(1)"], {
      LLMSPELL_LIMIT__CPU: "1s",
      LLMSPELL_OF_ANOTHER_TOOL: "x",
    });
    expect([code, stdout, stderr]).toEqual([
      0,
      "1\n",
      "warn: the variable LLMSPELL_LIMIT__CPU names no setting (did you mean LLMSPELL_LIMITS__CPU?)\n",
    ]);
  });

  it("model and doctor", async () => {
    const files = { "llmspell.yaml": "models: {providers: {groq: {api_key: own}}}\nworkspace: w" };
    const { stdout } = await cli(files, ["model", "list", "--provider", "groq", "--json"]);
    expect(JSON.parse(stdout)).toEqual(expect.arrayContaining([expect.objectContaining({ configured: true })]));
    const doctor = await cli(files, ["doctor"]);
    expect(doctor.stdout).toMatch(/configuration: in order/);
    expect(doctor.stdout).toMatch(/workspace: .*\/w, not there yet/);
    expect(doctor.stdout).toMatch(/provider groq: key or address is set/);
    expect(await cli({ "llmspell.yaml": "x: 1" }, ["doctor"])).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(/failed +configuration: there is no key "x"/) as string,
    });
  });
});
