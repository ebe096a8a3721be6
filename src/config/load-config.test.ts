import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { scratchFolder } from "../../test/support/scratch.ts";
import { type ConfigSources, inspectConfig } from "./load-config.ts";
import { describeOrigin } from "./origin.ts";

/** Loads from a folder of its own: `home/` is the home folder, `p/` the project and the current folder. */
async function load(files: Record<string, string>, sources: Partial<ConfigSources> = {}) {
  using folder = scratchFolder(files);
  const base = folder.path;
  const { config, problems } = await inspectConfig({
    folder: path.join(base, "p"),
    home: path.join(base, "home"),
    userFolder: path.join(base, "home/.config/llmspell"),
    env: {},
    ...sources,
  });
  const origin = (name: string) => {
    const found = config.origin(name);
    return found && describeOrigin(found);
  };
  const told = problems.map(
    ({ message, file, at }) => `${file ?? ""}:${at?.line ?? ""}:${at?.column ?? ""} ${message}`,
  );
  return { config, base, origin, told, problems };
}

const USER = "home/.config/llmspell/config.yaml";
const one = async (yaml: string, sources?: Partial<ConfigSources>) => load({ "p/llmspell.yaml": yaml }, sources);

describe("what weighs more", () => {
  const files = {
    [USER]: "limits: {memory: 100MB, cpu: 1s, timeout: 1s, host_calls: 1}\nprofiles: {x: {limits: {host_calls: 4}}}",
    "p/llmspell.yaml": "limits: {cpu: 2s, timeout: 2s, host_calls: 2}\nprofiles: {x: {limits: {timeout: 3s}}}",
  };

  it("defaults, user, project, profile, variables, in this order", async () => {
    const { config, origin, told } = await load(files, {
      profile: "x",
      env: { LLMSPELL_LIMITS__VALUE_BYTES: "2KB" },
    });
    expect(told).toEqual([]);
    expect(
      ["memory", "cpu", "timeout", "host_calls", "value_bytes"].map((key) =>
        config.get(`limits.${key}` as "limits.cpu"),
      ),
    ).toEqual([100 * 1024 * 1024, 2000, 3000, 4, 2048]);
    expect(config.get("limits.host_bytes")).toBeUndefined();
    expect(origin("limits.timeout")).toBe("llmspell.yaml:2 (profile x)");
    expect(origin("limits.memory")).toBe("~/.config/llmspell/config.yaml:1");
    expect(origin("limits.value_bytes")).toBe("LLMSPELL_LIMITS__VALUE_BYTES");
  });

  it("a profile counts only when it is chosen, by flag before variable", async () => {
    const without = await load(files);
    expect(without.config.get("limits.timeout")).toBe(2000);
    const byVariable = await load(files, { env: { LLMSPELL_PROFILE: "x" } });
    expect(byVariable.config.get("limits.timeout")).toBe(3000);
    const wrong = await load(files, { profile: "y", env: { LLMSPELL_PROFILE: "x" } });
    expect(wrong.problems).toMatchObject([
      { message: 'there is no profile "y" (did you mean "x"?)', hint: "Profiles: x." },
    ]);
  });

  it("a list takes the place of another, maps are merged", async () => {
    const { config } = await load({
      [USER]:
        "permissions: {net: [a.example, b.example]}\nmodels: {providers: {openai: {api_key: u, default_model: m}}}",
      "p/llmspell.yaml":
        "permissions: {net: [c.example]}\nmodels: {providers: {openai: {default_model: n}, groq: {api_key: g}}}",
    });
    expect(config.get("permissions.net")).toEqual(["c.example"]);
    expect(config.keysOf("models.providers")).toEqual(["openai", "groq"]);
    expect(config.get("models.providers.openai.api_key")).toBe("u");
    expect(config.get("models.providers.openai.default_model")).toBe("n");
  });
});

describe("where files are looked for", () => {
  it("nearest from the current folder upward, in every format", async () => {
    for (const [name, text] of [
      ["llmspell.yaml", "models: {default: x}"],
      ["llmspell.yml", "models: {default: x}"],
      ["llmspell.toml", "[models]\ndefault = 'x'"],
      ["llmspell.json", '{"models": {"default": "x"}}'],
    ] as const) {
      using folder = scratchFolder({ [`a/${name}`]: text, "a/b/c/x": "", "llmspell.yaml": "models: {default: far}" });
      const { config } = await inspectConfig({
        folder: path.join(folder.path, "a/b/c"),
        home: "/nowhere",
        userFolder: "/nowhere",
        env: {},
      });
      expect(config.get("models.default")).toBe("x");
    }
  });

  it.each([
    ["a git root", { "p/.git/HEAD": "", "llmspell.yaml": "models: {default: above}", "p/sub/x": "" }],
    [
      "the home folder",
      {
        "llmspell.yaml": "models: {default: above}",
        "home/llmspell.yaml": "models: {default: home}",
        "home/sub/x": "",
      },
    ],
  ])("not above %s", async (_, files) => {
    using folder = scratchFolder(files);
    const at = "p/sub/x" in files ? "p/sub" : "home/sub";
    const { config } = await inspectConfig({
      folder: path.join(folder.path, at),
      home: path.join(folder.path, "home"),
      userFolder: "/nowhere",
      env: {},
    });
    expect(config.files).toEqual([]);
  });

  it("several side by side are refused", async () => {
    const { told } = await load({ "p/llmspell.yaml": "", "p/llmspell.json": "{}" });
    expect(told).toEqual([":: llmspell.yaml and llmspell.json stand side by side"]);
  });

  it("another file takes the place of the project's own", async () => {
    const { config } = await load(
      { "p/llmspell.yaml": "models: {default: own}", "p/other.toml": "models.default = 'other'" },
      { file: "other.toml" },
    );
    expect(config.get("models.default")).toBe("other");
    expect((await load({ "p/x": "" }, { file: "none.yaml" })).told).toEqual([":: none.yaml does not exist"]);
  });
});

describe("values", () => {
  it.each([
    ["limits: {memory: 64MB, cpu: 1.5m, timeout: 0}", "limits.memory", 67_108_864],
    ["limits: {cpu: 1.5m}", "limits.cpu", 90_000],
    ["limits: {cpu: 30}", "limits.cpu", 30_000],
    ["limits: {timeout: 0}", "limits.timeout", 0],
    ["limits: {memory: 8388608}", "limits.memory", 8_388_608],
    ["limits: {hostCalls: 5}", "limits.host_calls", 5],
    ["bridges: {stdlib: {allowedPackages: [io, json]}}", "bridges.stdlib.allowed_packages", ["io", "json"]],
    ["budget: {cost: '${COST}'}", "budget.cost", 0.5],
    ["models: {require: '${YES}'}", "models.require", true],
    ["models: {default: '${NONE:-x}-${EMPTY:-y}-${COST}-$${COST}'}", "models.default", "x-y-0.5-${COST}"],
    ["models: {default: '${EMPTY}a'}", "models.default", "a"],
    ["models:\nlimits: {cpu: 1s}", "limits.cpu", 1000],
  ])("%s", async (yaml, name, value) => {
    const { config, told } = await one(yaml, { env: { COST: "0.5", YES: "true", EMPTY: "" } });
    expect(told).toEqual([]);
    expect(config.get(name as "limits.cpu")).toEqual(value);
  });

  it("paths are relative to the file that names them, ~ is the home folder", async () => {
    const { config, base } = await load(
      {
        "p/sub/other.yaml": "spells: {directories: [./s, ../t, ~/u, '~']}",
        "p/llmspell.yaml": "extends: sub/other.yaml",
      },
      { env: { LLMSPELL_MODULES__PATHS: "m,~/n" } },
    );
    const at = (relative: string) => path.join(base, relative);
    expect(config.get("spells.directories")).toEqual([at("p/sub/s"), at("p/t"), at("home/u"), at("home")]);
    expect(config.get("modules.paths")).toEqual([at("p/m"), at("home/n")]);
  });
});

describe("extends", () => {
  it("puts a file over others, the last named weighs most", async () => {
    const { config, origin } = await load({
      "p/a.yaml": "limits: {cpu: 1s, memory: 10MB, timeout: 1s}\nprofiles: {x: {limits: {cpu: 9s}}}",
      "p/b.toml": "limits.memory = '20MB'\nlimits.timeout = '2s'",
      "p/llmspell.yaml": "extends: [a.yaml, ./b.toml]\nlimits: {timeout: 3s}",
    });
    expect([config.get("limits.cpu"), config.get("limits.memory"), config.get("limits.timeout")]).toEqual([
      1000,
      20 * 1024 * 1024,
      3000,
    ]);
    expect(origin("limits.memory")).toBe("b.toml:1");
    expect(config.profiles).toEqual(["x"]);
  });

  it.each<[string, Record<string, string>, string]>([
    [
      "a circle",
      {
        "p/llmspell.yaml": "extends: b.yaml",
        "p/b.yaml": "\nextends: [c.json]",
        "p/c.json": '{"extends": "./llmspell.yaml"}',
      },
      "c.json:1:2 extends goes in a circle: llmspell.yaml -> b.yaml -> c.json -> llmspell.yaml",
    ],
    [
      "itself",
      { "p/llmspell.yaml": "extends: llmspell.yaml" },
      "llmspell.yaml:1:1 extends goes in a circle: llmspell.yaml -> llmspell.yaml",
    ],
    [
      "a file that is not there",
      { "p/llmspell.yaml": "extends: none.yaml" },
      "llmspell.yaml:1:1 extends: none.yaml does not exist",
    ],
    [
      "a folder",
      { "p/llmspell.yaml": "extends: sub.yaml", "p/sub.yaml/x": "" },
      "llmspell.yaml:1:1 extends: sub.yaml is a folder",
    ],
    ["no file", { "p/llmspell.yaml": "extends: {a: b}" }, "llmspell.yaml:1:1 extends wants a file or a list of files"],
    [
      "a file of another kind",
      { "p/llmspell.yaml": "extends: x.ini", "p/x.ini": "" },
      "llmspell.yaml:1:1 extends: x.ini is of no known format",
    ],
    [
      "a broken file",
      { "p/llmspell.yaml": "extends: b.json", "p/b.json": "{" },
      "b.json:1:2 it is no valid JSON: expected a key in double quotes, the text ends",
    ],
  ])("refuses %s", async (_, files, problem) => {
    expect((await load(files)).told).toEqual([problem]);
  });
});

describe("variables", () => {
  it.each([
    [{ LLMSPELL_MODEL: "a" }, "models.default", "a"],
    [{ LLMSPELL_MODEL: "a", LLMSPELL_MODELS__DEFAULT: "b" }, "models.default", "b"],
    [{ LLMSPELL_REQUIRE_MODEL: "1" }, "models.require", true],
    [{ LLMSPELL_REQUIRE_MODEL: "0" }, "models.require", false],
    [{ LLMSPELL_BRIDGES__LLM__TIMEOUT: "5s" }, "bridges.llm.timeout", 5000],
    [{ LLMSPELL_PERMISSIONS__NET: "a.example, b.example" }, "permissions.net", ["a.example", "b.example"]],
    [{ LLMSPELL_PERMISSIONS__ENV: '["A","B"]' }, "permissions.env", ["A", "B"]],
    [{ LLMSPELL_MODELS__PROVIDERS__OPENAI__HEADERS__X_TEAM: "t" }, "models.providers.openai.headers.x-team", "t"],
    [{ LLMSPELL_LIMITS__CPU: " " }, "limits.cpu", undefined],
  ])("%o", async (env, name, value) => {
    const { config, told } = await load({ "p/x": "" }, { env });
    expect(told).toEqual([]);
    expect(config.get(name as "limits.cpu")).toEqual(value);
  });

  it.each([
    [{ LLMSPELL_LIMITS__CPU: "soon" }, "LLMSPELL_LIMITS__CPU wants a duration"],
    [{ LLMSPELL_LIMITS__HOST_CALLS: "1.5" }, "LLMSPELL_LIMITS__HOST_CALLS wants a whole number"],
    [{ LLMSPELL_PERMISSIONS__FS: "all" }, "LLMSPELL_PERMISSIONS__FS wants one of none, read, write"],
    [{ LLMSPELL_PERMISSIONS__NET: "[1]" }, "LLMSPELL_PERMISSIONS__NET wants names between commas"],
    [{ LLMSPELL_SECURITY__ENABLE_SANDBOXING: "false" }, "cannot be false: the sandbox cannot be turned off"],
  ])("with a wrong value are refused: %o", async (env, message) => {
    expect((await load({ "p/x": "" }, { env })).told).toEqual([expect.stringContaining(message)]);
  });

  it("that name no setting are no error; close to one they are a warning", async () => {
    const { config, told } = await load(
      { "p/x": "" },
      { env: { LLMSPELL_LIMTS__CPU: "1s", LLMSPELL_QQ: "1", LLMSPELL___PROTO____X: "1", LLMSPELL_DEBUG: "1" } },
    );
    expect(told).toEqual([]);
    expect(config.warnings.map(({ message }) => message)).toEqual([
      "the variable LLMSPELL_LIMTS__CPU names no setting (did you mean LLMSPELL_LIMITS__CPU?)",
    ]);
    expect(config.notices.map(({ message }) => message)).toEqual([
      "the variable LLMSPELL_QQ names no setting",
      "the variable LLMSPELL___PROTO____X names no setting",
    ]);
  });
});

describe("what is wrong is told, all of it, with its place", () => {
  it.each<[string, string, string[]]>([
    [
      "unknown keys",
      "model: {}\nlimits: {memry: 1MB, constructor: 1}\n__proto__: {a: 1}",
      [
        'llmspell.yaml:1:1 there is no key "model" (did you mean "models"?)',
        'llmspell.yaml:2:10 limits has no key "memry" (did you mean "memory"?)',
        'llmspell.yaml:2:22 limits has no key "constructor"',
        'llmspell.yaml:3:1 there is no key "__proto__"',
      ],
    ],
    [
      "wrong types",
      "limits: 5\nmodels: {default: [a], require: maybe, providers: {openai: x}}\npermissions: {net: a, fs: writ}\nprofiles: [a]",
      [
        "llmspell.yaml:1:1 limits wants keys with values",
        "llmspell.yaml:2:10 models.default wants one value, got a list",
        'llmspell.yaml:2:24 models.require wants true or false, got "maybe"',
        "llmspell.yaml:2:52 models.providers.openai wants keys with values",
        "llmspell.yaml:3:15 permissions.net wants a list, got one value",
        'llmspell.yaml:3:23 permissions.fs wants one of none, read, write, got "writ" (did you mean "write"?)',
        "llmspell.yaml:4:1 profiles wants names with settings under them",
      ],
    ],
    [
      "wrong values",
      "limits: {memory: 1KB, cpu: -1s, host_calls: 1.5, value_bytes: x}\nbudget: {cost: -1}\nengines: {lua: {sandbox: none}}\nsecurity: {enable_sandboxing: false}\nmodels: {default: '', providers: {openai: {base_url: 'ftp://x'}}}",
      [
        'llmspell.yaml:1:10 limits.memory must be at least 4MB, got "1KB"',
        'llmspell.yaml:1:23 limits.cpu wants a duration such as 500ms, 90s or 5m, got "-1s"',
        "llmspell.yaml:1:33 limits.host_calls wants a whole number of at least 0, got 1.5",
        'llmspell.yaml:1:50 limits.value_bytes wants a size such as 512KB or 64MB, got "x"',
        "llmspell.yaml:2:10 budget.cost wants a number of at least 0, got -1",
        'llmspell.yaml:3:17 engines.lua.sandbox cannot be "none": spells never run without a sandbox',
        "llmspell.yaml:4:12 security.enable_sandboxing cannot be false: the sandbox cannot be turned off",
        "llmspell.yaml:5:10 models.default wants text, got empty text",
        'llmspell.yaml:5:44 models.providers.openai.base_url wants an address with http:// or https://, got "ftp://x"',
      ],
    ],
    [
      "a key in both spellings",
      "limits: {host_calls: 1, hostCalls: 2}",
      ['llmspell.yaml:1:25 the key "hostCalls" stands here in two spellings'],
    ],
    ["a repeated key", "limits:\n  cpu: 1s\n  cpu: 2s", ['llmspell.yaml:3:3 the key "cpu" is repeated']],
    [
      "a variable without value",
      "models: {default: '${NOT_SET}', providers: {groq: {api_key: '${1x}'}}}",
      [
        "llmspell.yaml:1:10 models.default: the variable NOT_SET is not set",
        'llmspell.yaml:1:52 models.providers.groq.api_key: "${1x}" names no variable',
      ],
    ],
    [
      "a profile's settings",
      "profiles:\n  a: {limits: {cpu: x}, extends: b}\n",
      [
        'llmspell.yaml:2:16 limits.cpu wants a duration such as 500ms, 90s or 5m, got "x"',
        'llmspell.yaml:2:25 there is no key "extends"',
      ],
    ],
    ["a list as file", "- a", ['llmspell.yaml:1:1 the file wants keys with values, such as "models:"']],
  ])("%s", async (_, yaml, problems) => {
    expect((await one(yaml)).told).toEqual(problems);
  });

  it.each<[string, string, string | Uint8Array, RegExp]>([
    ["broken YAML", "llmspell.yaml", "limits:\n  cpu: [1s\nmodels: {}", /^llmspell\.yaml:\d+:\d+ /],
    ["broken TOML", "llmspell.toml", "[limits]\ncpu = ", /^llmspell\.toml:2:\d+ it is no valid TOML/],
    ["broken JSON", "llmspell.json", '{"limits": {"cpu": "1s",}}', /^llmspell\.json:1:25 it is no valid JSON/],
    ["a repeated key of JSON", "llmspell.json", '{"limits": {},\n "limits": {}}', /^llmspell\.json:2:2 .*repeated/],
    ["a repeated key of TOML", "llmspell.toml", "workspace = 'a'\nworkspace = 'b'", /^llmspell\.toml:2/],
    [
      "an unknown key of TOML",
      "llmspell.toml",
      "[limits]\n\nmemry = 1",
      /^llmspell\.toml:3:1 limits has no key "memry"/,
    ],
    [
      "bytes that are no text",
      "llmspell.yaml",
      new Uint8Array([0x61, 0x3a, 0xff, 0xfe]),
      /^:: llmspell\.yaml is not valid UTF-8 text/,
    ],
    ["a huge file", "llmspell.yaml", `# ${"x".repeat(1024 * 1024)}`, /has \d+ bytes, which no configuration has/],
    ["aliases that multiply", "llmspell.yaml", bomb(), /alias/i],
    ["an alias of itself", "llmspell.yaml", "profiles: &a\n  x: *a", /alias/],
    ["deep nesting", "llmspell.yaml", `limits: ${"[".repeat(100_000)}`, /deep/],
    ["two documents", "llmspell.yaml", "limits: {}\n---\nlimits: {}", /more than one document/],
  ])("%s", async (_, name, text, problem) => {
    using folder = scratchFolder();
    writeFileSync(path.join(folder.path, name), text);
    const { problems } = await inspectConfig({
      folder: folder.path,
      home: "/nowhere",
      userFolder: "/nowhere",
      env: {},
    });
    const told = problems.map(
      ({ message, file, at }) => `${file ?? ""}:${at?.line ?? ""}:${at?.column ?? ""} ${message}`,
    );
    expect(told).toEqual([expect.stringMatching(problem)]);
  });

  it("a folder where a file should be, and a link that leads nowhere", async () => {
    const { told } = await load({ "p/llmspell.yaml/x": "" });
    expect(told).toEqual([":: llmspell.yaml is a folder"]);
    using folder = scratchFolder();
    symlinkSync("nowhere", path.join(folder.path, "llmspell.yaml"));
    mkdirSync(path.join(folder.path, "home"));
    const sources = { folder: folder.path, home: path.join(folder.path, "home"), userFolder: "/nowhere", env: {} };
    expect((await inspectConfig({ ...sources, file: "llmspell.yaml" })).problems).toMatchObject([
      { message: "llmspell.yaml does not exist" },
    ]);
  });

  it("shows the line, but no secret", async () => {
    const { problems } = await one(
      "models:\n  providers:\n    openai:\n      api_key: 12345\nlimits: {cpu: never}\nmodels2: {token: sk-secret}",
    );
    expect(problems.map(({ excerpt }) => excerpt)).toEqual([undefined, "limits: {cpu: never}", "models2: {token: ***"]);
    const broken = await one("api_key: sk-secret]\n  - {");
    expect(JSON.stringify(broken.problems)).not.toContain("sk-secret");
  });
});

function bomb(): string {
  const levels = Array.from(
    { length: 9 },
    (_, index) => `l${index + 1}: &l${index + 1} [${Array(9).fill(`*l${index}`).join(", ")}]`,
  );
  return `l0: &l0 [x]\n${levels.join("\n")}\n`;
}

describe("a project's file may not, unless its folder is trusted,", () => {
  it.each([
    ["show variables to spells", "permissions: {env: [HOME]}", "permissions.env can only be set by the user"],
    ["open private networks", "permissions: {net: [localhost:80]}", "may be private"],
    [
      "open them by the seeds' name",
      "bridges: {stdlib: {http: {allowed_domains: [169.254.169.254]}}}",
      "may be private",
    ],
    ["name a workspace elsewhere", "workspace: ..", "outside of the project"],
    ["name a workspace through a link", "workspace: link/x", "outside of the project"],
    ["write a log elsewhere", "logging: {output: ~/.profile}", "outside of the project"],
    ["write a journal elsewhere", "journal: {file: /tmp/x.db}", "outside of the project"],
    ["use a secret", "models: {default: 'x-${MY_TOKEN:-y}'}", "may not use the variable MY_TOKEN here"],
    ["trust itself", "security: {trusted_folders: [.]}", "can only be set by the user"],
  ])("%s", async (_, yaml, message) => {
    using folder = scratchFolder({ "p/llmspell.yaml": yaml, "p/q/x": "", [USER]: "" });
    symlinkSync("/", path.join(folder.path, "p/link"));
    const sources: ConfigSources = {
      folder: path.join(folder.path, "p/q"),
      home: path.join(folder.path, "home"),
      userFolder: path.join(folder.path, "home/.config/llmspell"),
      env: { MY_TOKEN: "t" },
    };
    const { problems } = await inspectConfig(sources);
    expect(problems).toMatchObject([
      {
        message: expect.stringContaining(message) as string,
        hint: expect.stringContaining("security.trusted_folders") as string,
      },
    ]);
    if (yaml.startsWith("security")) return;
    writeFileSync(path.join(folder.path, USER), `security: {trusted_folders: ["${folder.path}"]}`);
    expect((await inspectConfig(sources)).problems).toEqual([]);
  });

  it("do it through a file that it extends", async () => {
    const { told } = await load({
      "p/llmspell.yaml": "extends: sub/base.yaml",
      "p/sub/base.yaml": "permissions: {net: [localhost]}",
    });
    expect(told).toEqual([expect.stringContaining("sub/base.yaml:1:21 permissions.net[0] names localhost")]);
  });

  const STOLEN = "models: {providers: {openai: {api_key: sk-of-the-user}}}";

  it("take over a file outside of the project, as the user's own with its keys", async () => {
    const { told, config } = await load({
      "p/llmspell.yaml": "extends: [~/.config/llmspell/config.yaml, ../other/llmspell.yaml]",
      "other/llmspell.yaml": STOLEN,
      [USER]: STOLEN,
    });
    expect(told).toEqual([
      expect.stringMatching(/extends: .*config[.]yaml lies outside of the project/) as string,
      expect.stringMatching(/extends: .*other.llmspell[.]yaml lies outside of the project/) as string,
    ]);
    expect(config.origin("models.providers.openai.api_key")).toMatchObject({ owner: "user" });
  });

  it("do so behind a link, of itself or of what it extends", async () => {
    for (const linked of ["llmspell.yaml", "base.yaml"]) {
      using folder = scratchFolder({ "p/.git": "", "p/x.yaml": "extends: base.yaml", "other/keys.yaml": STOLEN });
      const p = path.join(folder.path, "p");
      if (linked === "base.yaml") writeFileSync(path.join(p, "llmspell.yaml"), "extends: base.yaml");
      symlinkSync("../other/keys.yaml", path.join(p, linked));
      const sources = { folder: p, home: path.join(folder.path, "home"), userFolder: path.join(folder.path, "u") };
      const { config, problems } = await inspectConfig({ ...sources, env: {} });
      expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining(`${linked} lies outside`)]);
      expect(config.get("models.providers.openai.api_key")).toBeUndefined();
    }
  });

  it("but it may extend what lies elsewhere in its repository, unless that holds the home folder", async () => {
    const files = { "p/llmspell.yaml": "extends: ../shared.yaml", "shared.yaml": "limits: {cpu: 3s}", ".git/HEAD": "" };
    const inside = await load(files);
    expect(inside.told).toEqual([expect.stringContaining("lies outside of the project")]);
    using folder = scratchFolder({ ...files, "p/.keep": "" });
    const { config, problems } = await inspectConfig({
      folder: path.join(folder.path, "p"),
      home: "/nowhere/home",
      userFolder: "/nowhere/home/.config/llmspell",
      env: {},
    });
    expect(problems).toEqual([]);
    expect(config.get("limits.cpu")).toBe(3000);
  });

  it("but the user may", async () => {
    const { told, config } = await load(
      {
        [USER]:
          "permissions: {env: [HOME], net: [localhost]}\nworkspace: /tmp\nlogging: {output: ~/log}\nmodels: {default: '${MY_TOKEN}'}",
      },
      { env: { MY_TOKEN: "t", LLMSPELL_JOURNAL__FILE: "/tmp/j.db" } },
    );
    expect(told).toEqual([]);
    expect(config.get("permissions.env")).toEqual(["HOME"]);
  });
});

describe("ceilings and budgets", () => {
  it("of the user hold over those of a project, which may lower them", async () => {
    const { config, origin } = await load({
      [USER]: "security: {resource_limits: {max_memory: 100MB, max_cpu_time: 10s}}\nbudget: {cost: 1}",
      "p/llmspell.yaml":
        "security:\n  resource_limits:\n    max_memory: 200MB\n    max_cpu_time: 5s\n    max_goroutines: 7\nbudget: {cost: 5}",
    });
    expect(origin("security.resource_limits.max_memory")).toBe("~/.config/llmspell/config.yaml:1");
    expect(origin("security.resource_limits.max_cpu_time")).toBe("llmspell.yaml:4");
    expect(config.get("security.resource_limits.max_goroutines")).toBe(7);
    expect(config.get("budget.cost")).toBe(1);
    expect(config.notices.map(({ message, at }) => `${at?.line} ${message}`)).toEqual([
      "3 security.resource_limits.max_memory has no effect: ~/.config/llmspell/config.yaml:1 sets a lower one",
      "6 budget.cost has no effect: ~/.config/llmspell/config.yaml:2 sets a lower one",
    ]);
  });
});
