import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { scratchFolder } from "../../test/support/scratch.ts";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { LlmspellError } from "../errors.ts";
import { type Runtime, createRuntime } from "./create-runtime.ts";
import type { RunOptions, RunResult } from "./runtime-options.ts";

const EXTENSION = new URL("../../test/fixtures/stack-extension.ts", import.meta.url);

let runtime: Runtime;
let folder: ReturnType<typeof scratchFolder>;
beforeAll(() => {
  folder = scratchFolder();
  runtime = createRuntime({ workspace: folder.path });
});
afterAll(async () => {
  await runtime.shutdown();
  folder[Symbol.dispose]();
});

function file(name: string, text: string | Uint8Array): string {
  const full = path.join(folder.path, name);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
}

const codeOf = (result: RunResult): string => (result.ok ? "ok" : result.error.code);
const lua = (code: string, options: RunOptions = {}) => runtime.exec(code, { engine: "lua", ...options });

describe("a run", () => {
  it("answers value, output and figures", async () => {
    const result = await lua('print("out") log.info("noted") return { sum = params.a + 1 }', { params: { a: 41 } });
    expect(result).toMatchObject({ ok: true, value: { sum: 42 }, output: "out\n" });
    expect(result.stats.durationMs).toBeGreaterThan(0);
    expect(result.stats.memoryBytes).toBeGreaterThan(100_000);
    expect(result.stats.cpuMs).toBeLessThanOrEqual(result.stats.durationMs);
  });

  it("tells output, logs and calls as they come", async () => {
    const told: string[] = [];
    const result = await lua('io.write("a") log.warn("b", { n = 1 }) util.sleep(1) print("c")', {
      onOutput: (text) => void told.push(`out ${text}`),
      onLog: ({ level, message, fields }) => void told.push(`${level} ${message} ${String(fields?.n)}`),
      onEvent: (event) => void (event.type === "call.finished" && told.push(event.method)),
    });
    expect(told.filter((text) => !text.startsWith("console") && !text.startsWith("log."))).toEqual([
      "out a",
      "warn b 1",
      "util.sleep",
      "out c\n",
    ]);
    expect(result.output).toBe("");
  });

  it("gives the same random numbers for the same seed", async () => {
    const [first, again, other] = await Promise.all(
      [5, 5, 6].map((seed) => lua("return { math.random(), util.uuid and 1 }", { seed })),
    );
    expect(again).toMatchObject({ value: first?.ok ? first.value : undefined });
    expect(other).not.toMatchObject({ value: first?.ok ? first.value : undefined });
  });

  it.each([
    ["a function", "return function() end", /a function/],
    ["a handle inside of data", "return { deep = { channel.new(1) } }", /result\.deep\[0\]/],
  ])("cannot answer %s", async (_, code, message) => {
    const result = await lua(code);
    expect(codeOf(result)).toBe("value.unsupported");
    expect(result.ok || result.error.message).toMatch(message);
  });

  it("reports an error with its place in the user's file", async () => {
    const spell = file("wrong.lua", "local x = 1\nlocal y = x .. nil\n");
    expect(await runtime.run(spell)).toMatchObject({
      ok: false,
      error: { code: "script.error", frames: [{ file: spell, line: 2 }] },
    });
  });
});

describe("finding the spell", () => {
  it("chooses the engine by name, shebang and extension, in this order", async () => {
    const shebang = file("by-shebang", "#!/usr/bin/env -S llmspell run --engine js\nreturn typeof undefined;");
    expect(await runtime.run(shebang)).toMatchObject({ ok: true, value: "undefined" });
    expect(await runtime.run(file("by-extension.mts", "const x: number = 1; return x;"))).toMatchObject({
      ok: true,
      value: 1,
    });
    expect(await runtime.run(file("by-name.js", "return _VERSION"), { engine: "lua" })).toMatchObject({
      ok: true,
      value: "Lua 5.4",
    });
  });

  it.each([
    ["a file that is not there", () => path.join(folder.path, "none.lua"), "script.not_found", /does not exist/],
    ["a folder", () => folder.path, "script.not_found", /is a folder/],
    ["bytes that are no text", () => file("binary.lua", new Uint8Array([0xff, 0xfe, 0])), "script.syntax", /UTF-8/],
    ["an unknown extension", () => file("spell.rb", "puts 1"), "engine.unknown", /spell\.rb/],
    ["a syntax error", () => file("bad.lua", "return = 1"), "script.syntax", /=/],
  ])("refuses %s", async (_, make, code, message) => {
    const result = await runtime.run(make());
    expect(codeOf(result)).toBe(code);
    expect(result.ok || result.error.message).toMatch(message);
  });

  it("refuses an engine that is not there and text without one", async () => {
    expect(codeOf(await runtime.exec("1", { engine: "cobol" }))).toBe("engine.unknown");
    expect(codeOf(await runtime.exec("return 1"))).toBe("engine.unknown");
  });

  it("checks syntax without running", async () => {
    expect(await runtime.check(file("good.js", "globalThis.x.y.z"))).toBeNull();
    expect(await runtime.check(file("open.js", "const x = {"))).toMatchObject({
      code: "script.syntax",
      frames: [{ line: 1 }],
    });
    expect(await runtime.check(path.join(folder.path, "none.js"))).toMatchObject({ code: "script.not_found" });
  });
});

describe("modules", () => {
  it("are loaded from the spell's own folder, by its language's rules", async () => {
    file("mods/lib/init.lua", 'return { name = "init", sub = require("lib.sub") }');
    file("mods/lib/sub.lua", "return 7");
    expect(
      await runtime.run(
        file("mods/main.lua", 'local lib = require("lib") return { lib.name, lib.sub, lib == require("lib") }'),
      ),
    ).toMatchObject({
      ok: true,
      value: ["init", 7, true],
    });
    file("mods/js/util.ts", "export const n: number = 2; export default 3;");
    file("mods/js/index.js", 'export * from "./util";');
    expect(
      await runtime.run(
        file("mods/main.js", 'import { n } from "./js"; import three from "./js/util.ts"; return [n, three];'),
      ),
    ).toMatchObject({
      ok: true,
      value: [2, 3],
    });
  });

  it.each([
    ["main.lua", 'return require("../outside")'],
    ["main.lua", 'return require("..outside")'],
    ["main.lua", 'return require("/etc/hostname")'],
    ["main.lua", 'return require("link")'],
    ["main.lua", 'return require("linked.secret")'],
    ["main.js", 'import x from "../outside.js"; return x;'],
    ["main.js", 'import x from "./link.js"; return x;'],
    ["main.js", 'import x from "./linked/secret.js"; return x;'],
    ["main.js", 'return await import("./sub/../../outside.js")'],
    ["main.js", 'import fs from "node:fs"; return fs;'],
    ["main.js", 'import x from "file:///etc/hostname"; return x;'],
  ])("are not loaded from outside of it: %s %s", async (name, code) => {
    for (const extension of ["lua", "js"]) {
      file(`outside.${extension}`, extension === "lua" ? "return 'out'" : "export default 'out'");
      file(`elsewhere/secret.${extension}`, extension === "lua" ? "return 'out'" : "export default 'out'");
    }
    const jail = path.join(folder.path, "jail");
    mkdirSync(path.join(jail, "sub"), { recursive: true });
    for (const [target, link] of [
      ["../outside.lua", "link.lua"],
      ["../outside.js", "link.js"],
      ["../elsewhere", "linked"],
    ] as const) {
      try {
        symlinkSync(target, path.join(jail, link));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
    expect(codeOf(await runtime.run(file(`jail/${name}`, code)))).toBe("script.module_not_found");
  });

  it("are not there for a spell without a file", async () => {
    expect(codeOf(await lua('return require("anything")'))).toBe("script.module_not_found");
  });
});

describe("limits", () => {
  it.each([
    [{ cpuMs: Number.NaN }, /limits\.cpuMs/],
    [{ memoryBytes: 1024 }, /limits\.memoryBytes/],
    [{ timeoutMs: -1 }, /limits\.timeoutMs/],
    [{ timeoutMs: 2 ** 31 }, /limits\.timeoutMs must be at most/],
    [{ colour: 1 }, /no limit named colour/],
  ])("that make no sense are refused: %o", async (limits, message) => {
    const result = await lua("return 1", { limits: limits as never });
    expect(codeOf(result)).toBe("config.invalid");
    expect(result.ok || result.error.message).toMatch(message);
  });

  it.each<[string, RunOptions["limits"], string]>([
    ["while true do util.sleep(0) end", { hostCalls: 20 }, "limit.host_calls"],
    ["while true do pcall(print, 'xxxxxxxxxx') end", { outputBytes: 1000 }, "limit.output"],
    ["for i = 1, 1e9 do pcall(state.set, 'k' .. i, ('x'):rep(1000)) end", { hostBytes: 20_000 }, "limit.host_memory"],
    ["return state.set('k', ('x'):rep(5000))", { valueBytes: 2000 }, "value.too_large"],
    ["local t = {} for i = 1, 1e9 do t[i] = {} end", { memoryBytes: 8 * 1024 * 1024 }, "limit.memory"],
  ])("end a run that breaks them: %s", async (code, limits, expected) => {
    expect(codeOf(await lua(code, { limits: limits as NonNullable<RunOptions["limits"]> }))).toBe(expected);
  });

  it("of a run go over those of the runtime", async () => {
    await using strict = createRuntime({ limits: { hostCalls: 1 } });
    const code = "util.sleep(0) util.sleep(0) return 1";
    expect(codeOf(await strict.exec(code, { engine: "lua" }))).toBe("limit.host_calls");
    expect(codeOf(await strict.exec(code, { engine: "lua", limits: { hostCalls: 2 } }))).toBe("ok");
  });
});

describe("permissions", () => {
  it.each<[string, NonNullable<RunOptions["permissions"]>, string]>([
    ['return fs.write("a.txt", "x")', { fs: "read" }, "permission.denied"],
    ['return fs.list(".")', { fs: "none" }, "permission.denied"],
    ['return fs.list(".")', { fs: "read" }, "ok"],
    ['fs.write("b.txt", "x") return fs.read("b.txt")', {}, "ok"],
    ['return http.get("http://example.com/")', {}, "permission.denied"],
    ['return http.get("http://127.0.0.1:1/")', { net: ["*"] }, "permission.denied"],
    ['return http.get("http://127.0.0.1:1/")', { privateNet: ["127.0.0.1"] }, "http.network"],
  ])("decide what a spell may touch: %s with %o", async (code, permissions, expected) => {
    expect(codeOf(await lua(code, { permissions }))).toBe(expected);
  });

  it("show the environment variables that are named, and no other", async () => {
    process.env.LLMSPELL_TEST_SHOWN = "shown";
    process.env.LLMSPELL_TEST_HIDDEN = "hidden";
    const result = await lua("return { env.LLMSPELL_TEST_SHOWN, env.LLMSPELL_TEST_HIDDEN or 'nothing' }", {
      permissions: { env: ["LLMSPELL_TEST_SHOWN"] },
    });
    expect(result).toMatchObject({ ok: true, value: ["shown", "nothing"] });
  });
});

describe("what a program adds", () => {
  it("bridges as functions: validated, awaited, their errors caught by the script", async () => {
    const calls: unknown[] = [];
    const shop = defineBridge({
      name: "shop",
      summary: "A shop.",
      methods: {
        priceOf: method({
          summary: "The price of a thing.",
          input: { thing: z.string(), options: z.object({ perPiece: z.boolean() }).optional() },
          output: z.object({ thing: z.string(), unitPrice: z.number() }),
          effect: "read",
          async run({ thing, options }) {
            calls.push([thing, options]);
            if (thing === "air")
              throw new LlmspellError("shop.sold_out", "no air left", { retryable: true, details: { thing } });
            return { thing, unitPrice: 3 };
          },
        }),
      },
    });
    await using own = createRuntime({ bridges: [shop] });
    const code = `
      const price = await shop.priceOf("tea", { perPiece: true });
      const failed = await shop.price_of("air").catch((e) => [e.code, e.retryable, e.details.thing]);
      const wrong = await shop.priceOf(5).catch((e) => e.code);
      return [price.unitPrice, price.unit_price, failed, wrong];`;
    expect(await own.exec(code, { engine: "js" })).toMatchObject({
      ok: true,
      value: [3, 3, ["shop.sold_out", true, "air"], "input.invalid"],
    });
    expect(
      await own.exec('return shop.price_of("tea", { per_piece = false }).unit_price', { engine: "lua" }),
    ).toMatchObject({ ok: true, value: 3 });
    expect(calls).toEqual([
      ["tea", { perPiece: true }],
      ["air", undefined],
      ["tea", { perPiece: false }],
    ]);
  });

  it("engines and hooks in a module", async () => {
    await using own = createRuntime({ extensions: [EXTENSION], workspace: folder.path });
    file("plain.txt", "text");
    file("secret.txt", "text");
    expect(await own.exec("return [fs.read('plain.txt'), util.uuid()]", { engine: "js" })).toMatchObject({
      ok: true,
      value: ["text!", "fixed"],
    });
    expect(await own.exec("fs.read('secret.txt')", { engine: "js" })).toMatchObject({
      ok: false,
      error: { message: "not this one" },
    });
    expect(await own.run(file("spell.stack", '"x" console.log/1 1 2 list/2'))).toMatchObject({
      ok: true,
      value: [1, 2],
      output: "x\n",
    });
  });

  it.each([
    ["a module that is not there", new URL("../../test/fixtures/none.ts", import.meta.url)],
    ["a module that exports nothing of use", new URL("../../test/fixtures/not-an-extension.ts", import.meta.url)],
  ])("or an error that names it: %s", async (_, url) => {
    await using own = createRuntime({ extensions: [url] });
    const result = await own.exec("return 1", { engine: "lua" });
    expect(codeOf(result)).toBe("config.invalid");
    expect(result.ok || result.error.message).toContain(url.href);
  });
});
