import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scratchFolder } from "../../test/support/scratch.ts";
import type { LlmspellError } from "../errors.ts";
import { createPolicy } from "../policy/policy.ts";
import { BRIDGE_NAMES } from "./bridge-sources.ts";
import { insteadOf } from "./module-hints.ts";
import { type ModuleResolver, createModuleResolver } from "./modules.ts";
import { policyRules } from "./permissions.ts";
import type { Permissions } from "./permissions.ts";

const world = scratchFolder({
  "spell/main.lua": "",
  "spell/util.lua": "own util",
  "spell/util.js": "own util",
  "spell/lib/text.lua": "lib text",
  "spell/lib/text.ts": "lib text",
  "spell/lib/deep/init.lua": "deep",
  "spell/lib/deep/index.js": "deep",
  "spell/lib/deep/part.js": "part",
  "spell/data.json": "{}",
  "spell/notes.txt": "notes",
  "spell/only.js": "js",
  "spell/scripted.lua": "lua",
  "spell/latin.lua": "",
  "spell/latin.js": "",
  "spell/local/spell.yaml": "name: local\nentry: start.lua\n",
  "spell/local/start.lua": "local start",
  "spell/local/words.lua": "local words",
  "shared/util.lua": "shared util",
  "shared/util.js": "shared util",
  "shared/common.lua": "common",
  "shared/common.js": "common",
  "shared/other.js": "other",
  "shared/greet/spell.yaml": "name: greet\nentry: main.lua\n",
  "shared/greet/main.lua": "greet",
  "shared/greet/words.lua": "greet words",
  "shared/greet/lib/text.lua": "greet text",
  "shared/hello/spell.yaml": "name: hello\nentry: src/main.ts\n",
  "shared/hello/src/main.ts": "hello",
  "shared/hello/sub.js": "hello sub",
  "shared/plain/init.lua": "plain",
  "shared/plain/index.js": "plain",
  "shared/noentry/spell.yaml": "name: noentry\n",
  "shared/noentry/init.lua": "no entry",
  "shared/gone/spell.yaml": "name: gone\nentry: nowhere.lua\n",
  "shared/tomled/spell.toml": 'name = "tomled"\nentry = "in.lua"\n',
  "shared/tomled/in.lua": "tomled",
  "shared/jsoned/spell.json": '{"name": "jsoned", "entry": "in.lua"}',
  "shared/jsoned/in.lua": "jsoned",
  "shared/wrong/spell.yaml": "name: [",
  "shared/away/spell.yaml": "name: away\nentry: ../../secret.lua\n",
  "spells/tool/spell.yaml": "name: tool\nentry: run.js\n",
  "spells/tool/run.js": "tool",
  "spells/loose.lua": "loose",
  "secret.lua": "secret",
  "secret.js": "secret",
});
afterAll(() => world[Symbol.dispose]());
const at = (name: string) => path.join(world.path, name);

beforeAll(() => {
  symlinkSync(at("secret.lua"), at("spell/link.lua"));
  symlinkSync(world.path, at("spell/up"));
  symlinkSync(at("secret.lua"), at("shared/greet/link.lua"));
  symlinkSync(at("spell/lib/text.lua"), at("spell/alias.lua"));
  writeFileSync(at("spell/huge.lua"), "");
  truncateSync(at("spell/huge.lua"), 11 * 1024 * 1024);
  writeFileSync(at("spell/latin.lua"), Buffer.from([0x72, 0xff, 0xfe]));
  mkdirSync(at("spell/folder.lua"));
  execFileSync("mkfifo", [at("spell/pipe.lua")]);
});

function resolver(
  engine: "lua" | "javascript",
  permissions: Permissions = {},
  folder: string | undefined = at("spell"),
): ModuleResolver {
  return createModuleResolver({
    engine,
    folder,
    shown: "spell",
    modulePaths: [at("shared"), at("not-there")],
    spellFolders: [at("spells")],
    policy: createPolicy(policyRules(permissions)),
    globals: BRIDGE_NAMES,
  });
}

function failure(use: () => unknown): LlmspellError {
  try {
    use();
  } catch (error) {
    return error as LlmspellError;
  }
  throw new Error("did not fail");
}

describe("Lua", () => {
  const { resolve } = resolver("lua");
  const from = (name: string, importer = "spell/main.lua") => resolve(name, importer);

  it.each([
    ["util", "spell/util.lua", "own util"],
    ["text", "spell/lib/text.lua", "lib text"],
    ["lib.text", "spell/lib/text.lua", "lib text"],
    ["lib/text", "spell/lib/text.lua", "lib text"],
    ["alias", "spell/lib/text.lua", "lib text"],
    ["deep", "spell/lib/deep/init.lua", "deep"],
    ["common", at("shared/common.lua"), "common"],
    ["plain", at("shared/plain/init.lua"), "plain"],
    ["greet", at("shared/greet/main.lua"), "greet"],
    ["greet.words", at("shared/greet/words.lua"), "greet words"],
    ["noentry", at("shared/noentry/init.lua"), "no entry"],
    ["tomled", at("shared/tomled/in.lua"), "tomled"],
    ["jsoned", at("shared/jsoned/in.lua"), "jsoned"],
    ["local", "spell/local/start.lua", "local start"],
    ["local.words", "spell/local/words.lua", "local words"],
  ])("finds %s", (name, id, source) => expect(from(name)).toEqual({ id, source }));

  it("looks for a package's modules in its own folder, its lib and the module paths, not in the spell's", () => {
    const importer = from("greet").id;
    expect(from("words", importer).source).toBe("greet words");
    expect(from("text", importer).source).toBe("greet text");
    expect(from("util", importer).source).toBe("shared util");
    expect(failure(() => from("lib.deep", importer)).code).toBe("script.module_not_found");
    expect(from("words", from("local").id).source).toBe("local words");
  });

  it.each([
    ["link", /a link that leads outside of spell/],
    ["up.secret", /a link that leads outside of spell/],
    ["greet.link", /a link that leads outside of .*greet/],
    ["away", /the entry "..\/..\/secret.lua", which is not there/],
    ["gone", /the entry "nowhere.lua", which is not there/],
    ["../secret", /require\("secret"\)/],
    ["./util", /require\("util"\)/],
    ["..secret", /words with dots/],
    ["lib..text", /words with dots/],
    ["util.lua", /Leave the extension out: require\("util"\)/],
    ["", /empty/],
    ["a\0b", /control characters/],
    [at("secret"), /Absolute paths/],
    ["https://example.com/x.lua", /nothing is loaded from https:/],
    ["utl", /Did you mean "util"\?.*Looked in spell, spell\/lib, .*shared/],
    ["lib.txt", /Did you mean "lib.text"\?/],
    ["libb.text", /Did you mean "lib.text"\?/],
    ["grete.words", /Did you mean "greet.words"\?/],
    ["cjson", /Spells have no LuaRocks: the global json/],
    ["llm", /llm is a global/],
    ["loose", /Looked in/],
    ["folder", /Looked in/],
    ["x".repeat(5000), /Looked in/],
  ])("says why %j is not found", (name, hint) => {
    const error = failure(() => from(name));
    expect(error).toMatchObject({ code: "script.module_not_found", hint: expect.stringMatching(hint) as string });
    expect(error.message.length).toBeLessThan(300);
  });

  it("names every file that was looked for", () => {
    const { details } = failure(() => from("a.b"));
    expect(details?.lookedIn).toEqual([
      "spell/a/b.lua",
      "spell/a/b/init.lua",
      "spell/lib/a/b.lua",
      "spell/lib/a/b/init.lua",
      at("shared/a/b.lua"),
      at("shared/a/b/init.lua"),
    ]);
  });

  it.each([
    ["huge", /has 11534336 bytes, more than 10485760/],
    ["latin", /not valid UTF-8/],
    ["pipe", /is no regular file/],
    ["only", /is JavaScript \(spell\/only.js\), which Lua cannot load/],
    ["hello", /is JavaScript \(.*hello\/src\/main.ts\)/],
    ["tool", /is JavaScript/],
  ])("says why %s cannot be loaded", (name, message) =>
    expect(failure(() => from(name))).toMatchObject({
      code: "script.module_unusable",
      message: expect.stringMatching(message) as string,
    }),
  );

  it("names the line of a manifest that cannot be read", () =>
    expect(failure(() => from("wrong"))).toMatchObject({
      code: "manifest.invalid",
      frames: [{ file: at("shared/wrong/spell.yaml") }],
    }));
});

describe("JavaScript", () => {
  const { resolve } = resolver("javascript");
  const from = (name: string, importer = "spell/main.js") => resolve(name, importer);

  it.each([
    ["./util.js", "spell/util.js"],
    ["./util", "spell/util.js"],
    ["util", "spell/util.js"],
    ["./lib/text.js", "spell/lib/text.ts"],
    ["text", "spell/lib/text.ts"],
    ["./lib/deep", "spell/lib/deep/index.js"],
    ["./lib/../lib/./deep/part.js", "spell/lib/deep/part.js"],
    ["./data.json", "spell/data.json"],
    ["common", at("shared/common.js")],
    ["hello", at("shared/hello/src/main.ts")],
    ["hello/sub.js", at("shared/hello/sub.js")],
    ["tool", at("spells/tool/run.js")],
    ["plain", at("shared/plain/index.js")],
  ])("finds %s", (name, id) => expect(from(name).id).toBe(id));

  it("imports relative to the importing module, and never out of its own root", () => {
    expect(from("./part.js", from("./lib/deep").id).id).toBe("spell/lib/deep/part.js");
    expect(from("../text", from("./lib/deep").id).id).toBe("spell/lib/text.ts");
    expect(from("../sub.js", from("hello").id).id).toBe(at("shared/hello/sub.js"));
    expect(failure(() => from("../../common.js", from("hello").id))).toMatchObject({
      code: "script.module_not_found",
      hint: expect.stringContaining("do not leave") as string,
    });
    expect(from("./other.js", from("common").id).id).toBe(at("shared/other.js"));
  });

  it.each([
    ["../secret.js", /do not leave spell/],
    ["./up/secret.js", /a link that leads outside/],
    ["../../../../../../etc/passwd", /do not leave spell/],
    ["/etc/passwd", /Absolute paths/],
    ["file:///etc/passwd", /nothing is loaded from file:/],
    ["data:text/javascript,1", /nothing is loaded from data:/],
    ["hello/../../secret.js", /begins with/],
    ["fs", /no Node.js modules or npm packages: files are in the global fs/],
    ["node:fs", /files are in the global fs/],
    ["lodash", /data has map/],
    ["npm:left-pad", /no Node.js modules or npm packages\./],
    ["@anthropic-ai/sdk", /models are in the global llm/],
    ["llmspell", /there without an import/],
    ["json", /json is a global/],
    ["./utl.js", /Did you mean "\.\/util.js"\?/],
    ["./utl", /Did you mean "\.\/util"\?/],
    ["helo/sub.js", /Did you mean "hello\/sub.js"\?/],
    [".", /Looked for/],
  ])("says why %s is not found", (name, hint) =>
    expect(failure(() => from(name))).toMatchObject({
      code: "script.module_not_found",
      hint: expect.stringMatching(hint) as string,
    }),
  );

  it.each([
    [
      "./scripted.lua",
      /is Lua \(spell\/scripted.lua\), which JavaScript cannot load/,
      /spells\.run\("scripted.lua", params\)/,
    ],
    ["./scripted", /is Lua/, /spells.run/],
    ["greet", /is Lua \(.*greet\/main.lua\)/, /spells.run/],
    ["./notes.txt", /is no JavaScript/, /fs\.read/],
  ])("says why %s cannot be loaded", (name, message, hint) =>
    expect(failure(() => from(name))).toMatchObject({
      code: "script.module_unusable",
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    }),
  );
});

describe("permissions.modules", () => {
  const load = (modules: Permissions["modules"], name: string, importer = "spell/main.lua") =>
    resolver("lua", modules === undefined ? {} : { modules }).resolve(name, importer);

  it("allows a list of names, by their first part", () => {
    expect(load(["greet"], "greet").source).toBe("greet");
    expect(load(["greet"], "greet.words").source).toBe("greet words");
    expect(failure(() => load(["greet"], "common"))).toMatchObject({
      code: "permission.denied",
      message: 'spell/main.lua may not load the module "common"',
      details: { capability: "module", target: "common", importer: "spell/main.lua" },
      hint: expect.stringContaining("permissions.modules") as string,
    });
  });

  it("never keeps a spell from its own folder", () => {
    expect(load(false, "util").source).toBe("own util");
    expect(load(false, "local").source).toBe("local start");
    expect(failure(() => load(false, "greet")).code).toBe("permission.denied");
  });

  it("holds for what an allowed module loads, too", () => {
    const { resolve } = resolver("lua", { modules: ["greet"] });
    const greet = resolve("greet", "spell/main.lua").id;
    expect(resolve("greet.words", greet).source).toBe("greet words");
    expect(failure(() => resolve("common", greet)).message).toContain("main.lua may not load");
  });
});

it("a script without a file has the modules of module paths alone", () => {
  const { resolve } = createModuleResolver({
    engine: "javascript",
    folder: undefined,
    shown: ".",
    modulePaths: [at("shared")],
  });
  expect(resolve("common", "<text>").source).toBe("common");
  expect(failure(() => resolve("./util.js", "<text>"))).toMatchObject({
    code: "script.module_not_found",
    hint: expect.stringContaining("has no file") as string,
  });
});

it("an importer that no module is called counts as the script", () => {
  const { resolve } = resolver("javascript");
  for (const importer of ["../../../x.js", "/etc/x", "", at("secret.js")])
    expect(failure(() => resolve("./secret.js", importer)).code).toBe("script.module_not_found");
});

it("hints name globals that exist", () => {
  const named = new Set<string>();
  for (const language of ["lua", "javascript"] as const)
    for (const name of [
      "fs",
      "axios",
      "lodash",
      "uuid",
      "json",
      "cjson",
      "lfs",
      "socket",
      "md5",
      "lpeg",
      "dayjs",
      "csv",
      "toml",
    ])
      for (const [, global] of (insteadOf(language, name, BRIDGE_NAMES) ?? "").matchAll(/the global (\w+)/g))
        named.add(String(global));
  expect(named.size).toBeGreaterThan(5);
  for (const name of named) expect(BRIDGE_NAMES).toContain(name);
});

describe("spells.include", () => {
  const include = (engine: "lua" | "javascript", file: string) =>
    resolver(engine).resolve(`include:${file}`, "spell/main.lua");

  it("reads a script of the spell's folder by its path, anew each time", () => {
    expect(include("lua", "lib/text.lua")).toEqual({ id: "spell/lib/text.lua", source: "lib text" });
    expect(include("lua", "./util").id).toBe("spell/util.lua");
    expect(include("javascript", "lib/text.ts").source).toBe("lib text");
    const { resolve } = resolver("lua");
    writeFileSync(at("spell/changing.lua"), "one");
    expect(resolve("include:changing.lua", "").source).toBe("one");
    writeFileSync(at("spell/changing.lua"), "two");
    expect(resolve("include:changing.lua", "").source).toBe("two");
  });

  it.each([
    ["../secret.lua", "script.module_not_found", /do not leave spell/],
    ["up/secret.lua", "script.module_not_found", /a link that leads outside/],
    ["/etc/passwd", "script.module_not_found", /Absolute paths/],
    ["zzz.lua", "script.module_not_found", /Looked for spell\/zzz.lua/],
    ["utl.lua", "script.module_not_found", /Did you mean "\.\/util.lua"/],
    ["", "script.module_not_found", /empty/],
    ["only.js", "script.module_unusable", /spells\.run\("only.js", params\)/],
    ["notes.txt", "script.module_unusable", /fs.read/],
  ])("does not read %j", (file, code, hint) =>
    expect(failure(() => include("lua", file))).toMatchObject({ code, hint: expect.stringMatching(hint) as string }),
  );
});
