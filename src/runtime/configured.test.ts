import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../test/support/root.ts";
import { scratchFolder } from "../../test/support/scratch.ts";
import { SETTINGS } from "../config/settings.ts";
import { HELPER_BRIDGES } from "../policy/helper-bridges.ts";
import { startModelServer } from "../testing/model-server.ts";
import { BRIDGE_NAMES } from "./bridge-sources.ts";
import { createRuntime } from "./create-runtime.ts";
import { inspectConfigured } from "./load-configured.ts";
import type { RunOptions } from "./runtime-options.ts";

const SEEDS = readFileSync(path.join(ROOT, "test/seeds/llmspell.yaml"), "utf8");
const USER = "home/.config/llmspell/config.yaml";

/** What files in a folder of their own mean; the folder is there until disposed of. */
async function configure(files: Record<string, string>, env: Record<string, string> = {}) {
  const folder = scratchFolder(files);
  const base = folder.path;
  mkdirSync(path.join(base, "p"), { recursive: true });
  const { settings, problems } = await inspectConfigured({
    folder: path.join(base, "p"),
    home: path.join(base, "home"),
    userFolder: path.join(base, "home/.config/llmspell"),
    env,
  });
  const told = problems.map(({ message, file, at }) => `${file ?? ""}:${at?.line ?? ""} ${message}`);
  const run = async (engine: string, code: string, options: RunOptions = {}) => {
    await using runtime = createRuntime(settings.runtime);
    const logs: string[] = [];
    const result = await runtime.exec(code, { engine, onLog: ({ message }) => void logs.push(message), ...options });
    return {
      code: result.ok ? "ok" : result.error.code,
      value: result.ok ? result.value : undefined,
      error: result.ok ? undefined : result.error,
      logs,
    };
  };
  return { base, settings, told, run, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

describe("the seeds' configuration file, as it stands", () => {
  const seeds = () => configure({ "p/llmspell.yaml": SEEDS, "p/spells/x": "" });

  it("is right", async () => {
    using it = await seeds();
    expect(it.told).toEqual([]);
  });

  it("gives each engine its memory and CPU time", async () => {
    using it = await seeds();
    const grow = (mb: number) => `local t = {} for i = 1, ${mb} do t[i] = ("x"):rep(1024 * 1024) .. i end return #t`;
    expect(await it.run("lua", grow(60))).toMatchObject({ code: "ok", value: 60 });
    expect(await it.run("lua", grow(110))).toMatchObject({ code: "limit.memory" });
    const array = (mb: number) => `return new Uint8Array(${mb} * 1024 * 1024).length`;
    expect(await it.run("javascript", array(110))).toMatchObject({ code: "ok" });
    expect(await it.run("javascript", array(210))).toMatchObject({ code: "limit.memory" });
    expect(it.settings.runtime.engines).toMatchObject({
      lua: { limits: { cpuMs: 30_000 } },
      javascript: { limits: { cpuMs: 60_000 } },
    });
  });

  it("names the default model", async () => {
    using it = await seeds();
    const { code, logs } = await it.run("lua", 'return llm.chat("hello")');
    expect(code).toBe("ok");
    expect(logs).toEqual([expect.stringMatching(/^"gpt-4" needs OPENAI_API_KEY/)]);
    expect(it.settings.runtime.models?.timeoutMs).toBe(120_000);
  });

  it("allows the listed helpers alone", async () => {
    using it = await seeds();
    const helpers = "const t = (f) => { try { f(); return 'ok' } catch (e) { return e.code } };";
    expect(
      await it.run(
        "javascript",
        `${helpers}return [t(() => json.encode({})), t(() => fs.exists("x")), t(() => time.now()), t(() => yaml.encode({})), t(() => csv.decode("a")), t(() => crypto.uuid()), t(() => state.set("a", 1)), t(() => util.uuid())]`,
      ),
    ).toMatchObject({
      value: ["ok", "ok", "ok", "permission.denied", "permission.denied", "permission.denied", "ok", "ok"],
    });
  });

  it("keeps files in the jail and hosts in the list", async () => {
    using it = await seeds();
    expect(await it.run("lua", 'fs.write("a.txt", "x") return fs.read("a.txt")')).toMatchObject({ value: "x" });
    expect(readFileSync(path.join(it.base, "p/workspace/a.txt"), "utf8")).toBe("x");
    expect(await it.run("lua", 'return fs.read("../llmspell.yaml")')).toMatchObject({ code: "permission.denied" });
    writeFileSync(path.join(it.base, "p/workspace/large"), Buffer.alloc(10 * 1024 * 1024 + 1, "x"));
    expect(await it.run("lua", 'return #fs.read("large")', { limits: { valueBytes: 20 * 1024 * 1024 } })).toMatchObject(
      { code: "value.too_large" },
    );
    expect(await it.run("lua", 'return http.get("https://example.com/")')).toMatchObject({ code: "permission.denied" });
    expect(it.settings.runtime.permissions).toMatchObject({ net: ["*.openai.com", "*.anthropic.com"], privateNet: [] });
    expect(it.settings.runtime.httpTimeoutMs).toBe(30_000);
  });

  it("names the folders of spells", async () => {
    using it = await seeds();
    expect(it.settings.runtime.spellFolders).toEqual([
      path.join(it.base, "p/spells"),
      path.join(it.base, "home/.llmspell/spells"),
    ]);
    using off = await configure({ "p/llmspell.yaml": SEEDS.replace("auto_discover: true", "auto_discover: false") });
    expect(off.settings.runtime.spellFolders).toEqual([]);
  });

  it("has ceilings that no run exceeds", async () => {
    using it = await seeds();
    for (const [limits, message] of [
      [
        { memoryBytes: 600 * 1024 * 1024 },
        "limits.memoryBytes of 600MB is above the ceiling of 500MB (security.resource_limits.max_memory in llmspell.yaml:49)",
      ],
      [
        { cpuMs: 301_000 },
        "limits.cpuMs of 301s is above the ceiling of 5m (security.resource_limits.max_cpu_time in llmspell.yaml:50)",
      ],
    ] as const) {
      const { code, error } = await it.run("lua", "return 1", { limits });
      expect([code, error?.message]).toEqual(["permission.denied", message]);
    }
    expect(await it.run("lua", "return 1", { limits: { memoryBytes: 500 * 1024 * 1024 } })).toMatchObject({ value: 1 });
  });

  it("lets as many calls wait at once as max_goroutines says", async () => {
    using it = await seeds();
    const code =
      "const all = await Promise.allSettled(Array.from({ length: 103 }, () => util.sleep(5))); await util.sleep(1); return all.filter((r) => r.reason?.code === 'limit.concurrent_calls').length";
    expect(await it.run("javascript", code)).toMatchObject({ value: 3 });
  });

  it("says how logs are written", async () => {
    using it = await seeds();
    expect(it.settings.logging).toEqual({ level: "info", output: "stdout", format: "json" });
  });
});

describe("a configured runtime", () => {
  it("keeps its journal where and as long as it is told", async () => {
    using it = await configure({ "p/llmspell.yaml": "journal: {file: j.db, keep_days: 3, keep_runs: 0}" });
    expect(it.settings.runtime).toMatchObject({
      journal: path.join(it.base, "p/j.db"),
      journalKeep: { days: 3, runs: Infinity },
    });
    using off = await configure({ "p/llmspell.yaml": "journal: {enabled: false, file: j.db}" });
    expect(off.settings.runtime.journal).toBe(false);
  });

  it("stops an engine at its own CPU time, refuses one that is off, and names where", async () => {
    using it = await configure({
      "p/llmspell.yaml": "engines:\n  lua: {timeout: 50ms}\n  javascript: {enabled: false}",
    });
    expect(await it.run("lua", "while true do end")).toMatchObject({ code: "limit.cpu" });
    const { code, error } = await it.run("javascript", "return 1");
    expect([code, error?.hint]).toEqual([
      "permission.denied",
      "engines.javascript.enabled is false (llmspell.yaml:3).",
    ]);
  });

  it("holds Tengo to its settings", async () => {
    using it = await configure({ "p/llmspell.yaml": "engines:\n  tengo: {timeout: 50ms, memory_limit: 8MB}" });
    expect(it.told).toEqual([]);
    expect(await it.run("tengo", "for { }")).toMatchObject({ code: "limit.cpu" });
    expect(await it.run("tengo", 's := "x"; for len(s) < 30000000 { s += s }')).toMatchObject({ code: "limit.memory" });
    using off = await configure({ "p/llmspell.yaml": "engines:\n  tengo: {enabled: false}" });
    expect(await off.run("tengo", "export 1")).toMatchObject({
      code: "permission.denied",
      error: expect.objectContaining({ hint: "engines.tengo.enabled is false (llmspell.yaml:2)." }),
    });
  });

  it("gives runs its limits, budget and permissions", async () => {
    using it = await configure({
      "p/llmspell.yaml":
        "limits: {host_calls: 2}\npermissions: {fs: read}\nbudget: {tokens: 0}\nbridges: {stdlib: {filesystem: {max_file_size: 3}}}\nworkspace: w",
      "p/w/small": "abc",
      "p/w/large": "abcd",
    });
    expect(it.told).toEqual([]);
    expect(await it.run("lua", "for i = 1, 3 do util.sleep(0) end")).toMatchObject({ code: "limit.host_calls" });
    expect(await it.run("lua", 'fs.write("x", "y")')).toMatchObject({ code: "permission.denied" });
    expect(await it.run("lua", 'return fs.read("small")')).toMatchObject({ value: "abc" });
    expect((await it.run("lua", 'return fs.read("large")')).code).toBe("value.too_large");
    expect(await it.run("lua", 'return llm.chat("a")')).toMatchObject({ code: "budget.exceeded" });
  });

  it("shows variables that the user's file names", async () => {
    process.env.LLMSPELL_TEST_VISIBLE = "v";
    using it = await configure({ [USER]: "permissions: {env: [LLMSPELL_TEST_VISIBLE]}" });
    expect(await it.run("lua", "return { env.LLMSPELL_TEST_VISIBLE, env.PATH or 'none' }")).toMatchObject({
      value: ["v", "none"],
    });
  });

  it("lowers defaults to a ceiling", async () => {
    using it = await configure({ "p/llmspell.yaml": "security: {resource_limits: {max_cpu_time: 50ms}}" });
    expect(await it.run("lua", "while true do end")).toMatchObject({ code: "limit.cpu" });
  });

  it.each([
    [
      "limits: {memory: 1GB}",
      "limits.memory of 1GB is above the ceiling of 500MB (security.resource_limits.max_memory in ~/.config/llmspell/config.yaml:1)",
    ],
    ["engines: {lua: {timeout: 6m}}", "engines.lua.timeout of 6m is above the ceiling of 5m"],
    ["limits: {concurrent_calls: 8}", "limits.concurrent_calls of 8 is above the ceiling of 7"],
    ["models: {providers: {opnai: {api_key: x}}}", 'there is no provider "opnai" (did you mean "openai"?)'],
    ["models: {providers: {google: {api_key: x}, gemini: {api_key: x}}}", '"gemini" is another name of google'],
    ["bridges: {llm: {default_provider: nobody}}", 'there is no provider "nobody"'],
  ])("refuses what contradicts: %s", async (yaml, message) => {
    using it = await configure({
      [USER]: "security: {resource_limits: {max_memory: 500MB, max_cpu_time: 5m, max_goroutines: 7}}",
      "p/llmspell.yaml": yaml,
    });
    expect(it.told).toEqual([expect.stringContaining(message)]);
    expect(it.told[0]).toMatch(/^llmspell\.yaml:1 /);
  });

  it("ends a request after the configured time", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    try {
      await new Promise((resolve) => silent.once("listening", resolve));
      const host = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
      using it = await configure({
        [USER]: `permissions: {net: ["${host}"]}\nbridges: {stdlib: {http: {timeout: 50ms}}, llm: {timeout: 60ms}}\nmodels: {default: openai/x, providers: {openai: {base_url: "http://${host}/v1"}}}`,
      });
      expect(await it.run("lua", `return http.get("http://${host}/")`)).toMatchObject({ code: "http.timeout" });
      expect(await it.run("lua", 'return llm.chat("a", { retries = 0 })')).toMatchObject({ code: "provider.timeout" });
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });
});

describe("providers", () => {
  it("are reached as the files say: address, key, headers, default model", async () => {
    await using server = await startModelServer({ text: "hi" });
    using it = await configure(
      {
        [USER]: `models:\n  providers:\n    openai: {base_url: "${server.url}/v1/", api_key: "\${OWN_KEY}", headers: {X-Team: blue}, default_model: my-model}\nbridges: {llm: {default_provider: openai}}`,
      },
      { OWN_KEY: "k1", OPENAI_API_KEY: "not-this" },
    );
    expect(it.told).toEqual([]);
    expect(await it.run("lua", 'return tostring(llm.chat("hello"))')).toMatchObject({ value: "hi" });
    const call = server.calls.find(({ protocol }) => protocol === "openai-chat");
    expect(call).toMatchObject({
      body: { model: "my-model" },
      headers: { authorization: "Bearer k1", "x-team": "blue" },
    });
  });

  it("a default provider without a key falls to the offline model, as any model does", async () => {
    using it = await configure({
      "p/llmspell.yaml":
        "bridges: {llm: {default_provider: mistral}}\nmodels: {providers: {mistral: {default_model: x}}}",
    });
    const { code, logs } = await it.run("lua", 'return llm.chat("hello")');
    expect([code, logs]).toEqual(["ok", [expect.stringContaining("MISTRAL_API_KEY")]]);
  });

  const evil = "https://evil.example/v1";
  const provider = (settings: string) => `models:\n  providers:\n    openai: {base_url: "${evil}"${settings}}`;

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ["a key of the environment", { "p/llmspell.yaml": provider("") }, { OPENAI_API_KEY: "k" }],
    [
      "a key of the user's file",
      { "p/llmspell.yaml": provider(""), [USER]: "models: {providers: {openai: {api_key: k}}}" },
      {},
    ],
    [
      "a key of a setting's variable",
      { "p/llmspell.yaml": provider("") },
      { LLMSPELL_MODELS__PROVIDERS__OPENAI__API_KEY: "k" },
    ],
    [
      "a key that the file takes from a variable",
      { "p/llmspell.yaml": provider(', api_key: "${MY_KEY}"') },
      { MY_KEY: "k" },
    ],
    [
      "a header made with a variable",
      { "p/llmspell.yaml": provider(', api_key: own, headers: {x: "${HOME}"}') },
      { HOME: "/h" },
    ],
    [
      "a header of the user's file",
      { "p/llmspell.yaml": provider(", api_key: own"), [USER]: "models: {providers: {openai: {headers: {x: y}}}}" },
      {},
    ],
    [
      "a key, by a profile",
      { "p/llmspell.yaml": `profiles: {x: {models: {providers: {openai: {base_url: "${evil}"}}}}}` },
      { OPENAI_API_KEY: "k", LLMSPELL_PROFILE: "x" },
    ],
    [
      "a key, by an extended file",
      { "p/llmspell.yaml": "extends: b.yaml", "p/b.yaml": provider("") },
      { OPENAI_API_KEY: "k" },
    ],
    [
      "a key, by another name of the provider",
      { "p/llmspell.yaml": 'models: {providers: {gemini: {base_url: "https://evil.example"}}}' },
      { GOOGLE_API_KEY: "k" },
    ],
  ])("%s is not sent to an address that only a project's file names", async (_, files, env) => {
    using it = await configure(files, env);
    expect(it.told).toEqual([expect.stringContaining("an address that only a project's file names")]);
  });

  it.each<[string, Record<string, string>, Record<string, string>]>([
    ["the file brings its own key", { "p/llmspell.yaml": provider(", api_key: own") }, { OPENAI_API_KEY: "k" }],
    [
      "the user names the same address",
      { "p/llmspell.yaml": provider(""), [USER]: provider("").replace("/v1", "/v1/") },
      { OPENAI_API_KEY: "k" },
    ],
    [
      "the environment names it",
      { "p/llmspell.yaml": provider("") },
      { OPENAI_API_KEY: "k", OPENAI_BASE_URL: `${evil}/` },
    ],
    [
      "it is the provider's own",
      { "p/llmspell.yaml": provider("").replace(evil, "https://api.openai.com/v1") },
      { OPENAI_API_KEY: "k" },
    ],
    ["there is no key", { "p/llmspell.yaml": provider("") }, { GROQ_API_KEY: "k" }],
    [
      "the folder is trusted",
      { "p/llmspell.yaml": provider(""), [USER]: "security: {trusted_folders: [../../../p]}" },
      { OPENAI_API_KEY: "k" },
    ],
  ])("that is fine where %s", async (_, files, env) => {
    using it = await configure(files, env);
    expect(it.told).toEqual([]);
  });

  it("the file's own key goes to its address, not the user's", async () => {
    await using server = await startModelServer({ text: "hi" });
    process.env.OPENAI_API_KEY = "users-key";
    try {
      using it = await configure(
        {
          "p/llmspell.yaml": `models: {default: openai/m, providers: {openai: {base_url: "${server.url}/v1", api_key: own}}}`,
        },
        { OPENAI_API_KEY: "users-key" },
      );
      expect(await it.run("lua", 'return tostring(llm.chat("hello"))')).toMatchObject({ value: "hi" });
      expect(server.calls.at(-1)?.headers.authorization).toBe("Bearer own");
      expect(JSON.stringify(server.calls)).not.toContain("users-key");
    } finally {
      delete process.env.OPENAI_API_KEY;
    }
  });
});

it("helpers are bridges that there are, and the settings know them", () => {
  expect(BRIDGE_NAMES).toEqual(expect.arrayContaining([...HELPER_BRIDGES]));
  expect(SETTINGS.members.bridges.members.stdlib.members.allowed_packages.of.choices).toEqual([
    "io",
    ...HELPER_BRIDGES,
  ]);
});
