import { describe, expect, it } from "vitest";
import { FakeHost, openRun, readyEngine } from "./fake-host.ts";
import { createLuaEngine } from "./lua-engine.ts";
import { editBinary } from "./wasm-module.ts";

const LONG_SCRIPT = `${"local function f(a) return { x = a } end\n".repeat(40)}return ... or 7`;

describe("the Lua engine", () => {
  it("starts from what a build prepared for the same bridges", async () => {
    const { bridges, ...rest } = new FakeHost({}).options({});
    const data = structuredClone(createLuaEngine().prepare?.(bridges));
    const engine = createLuaEngine();
    await engine.initialize({ prepared: { data, bridges } });
    const vm = engine.open({ ...rest, bridges });
    expect(await vm.run({ code: "return _VERSION", file: "spell.lua" })).toBe("Lua 5.4");
    vm.dispose();
  });

  it("is of no use before it is initialized", () => {
    expect(() => openRun(createLuaEngine())).toThrow(expect.objectContaining({ code: "engine.failed" }));
  });

  it("runs a cached script as the first time, with its own lines and file", async () => {
    const engine = await readyEngine();
    const failing = `${LONG_SCRIPT.replace("return ... or 7", "")}\nlocal function fail() error("x") end\nfail()`;
    const failures = [];
    for (let i = 0; i < 2; i++) {
      expect(await openRun(engine).run(LONG_SCRIPT)).toBe(7);
      failures.push(
        await openRun(engine)
          .run(failing, "a.lua")
          .catch((error: { frames: unknown }) => error.frames),
      );
    }
    expect(failures[0]).toEqual([
      { file: "a.lua", line: 42, name: "fail" },
      { file: "a.lua", line: 43 },
    ]);
    expect(failures[1]).toEqual(failures[0]);
    const other = await openRun(engine)
      .run(failing, "b.lua")
      .catch((error: { frames: { file: string }[] }) => error.frames);
    expect(other).toMatchObject([{ file: "b.lua" }, { file: "b.lua" }]);
  });

  it("installs bridges once for the same shapes, and apart for others", async () => {
    const engine = await readyEngine();
    const host = new FakeHost({ bridges: { api: { one: () => 1 } } });
    const options = host.options({});
    for (const bridges of [options.bridges, [...options.bridges]]) {
      const vm = engine.open({ ...options, bridges });
      expect(await vm.run({ code: "return api.one()", file: "a.lua" })).toBe(1);
    }
    const without = engine.open({ ...options, bridges: options.bridges.filter((bridge) => bridge.name !== "api") });
    expect(await without.run({ code: "return api == nil", file: "a.lua" })).toBe(true);
  });

  it("starts a VM small", async () => {
    const engine = await readyEngine();
    expect(openRun(engine).vm.memoryUsed()).toBeLessThan(1.5 * 1024 * 1024);
  });

  it("refuses a binary that it does not know", () => {
    expect(() => editBinary(Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 7, 1, 0]))).toThrow(TypeError);
  });
});
