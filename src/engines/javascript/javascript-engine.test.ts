import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import type { ScriptValue } from "../../values/script-value.ts";
import { FakeHost } from "./fake-host.ts";
import { createJavascriptEngine } from "./javascript-engine.ts";

const waits = (): FakeHost =>
  new FakeHost({ t: { ask: { sync: false, run: () => new Promise<ScriptValue>(() => {}) }, say: (x) => x } });

const WAITING = `
  const seen = [Math.random() < 1];
  const inner = async () => { seen.push(await t.ask("second")); return "inner"; };
  const task = async.spawn(inner);
  try { seen.push(await t.ask("first")); } catch (e) { seen.push(e.code); }
  seen.push(await task, t.say("still bound"), lazy, Math.random());
  return seen;`;

describe("a snapshot of a waiting VM", () => {
  const globals = { lazy: () => "read late" };

  test("goes on elsewhere, again and again, as the original would", async () => {
    const host = waits();
    const engine = createJavascriptEngine();
    const vm = engine.open(host.options({ globals }));
    vm.run({ code: WAITING, file: "main.js" }).catch(() => {});
    const snapshot = structuredClone(vm.snapshot());
    vm.dispose();
    expect(snapshot.pending).toHaveLength(2);
    const [second, first] = snapshot.pending as [number, number];

    const goOn = async (): Promise<ScriptValue> => {
      const restored = createJavascriptEngine().restore(snapshot, {
        ...waits().options({ globals, seed: 99 }),
        bridges: host.bridges,
      });
      restored.settle(second, { ok: true, value: { deep: ["answer"] } });
      expect(restored.snapshot().pending).toEqual([first]);
      restored.settle(first, { ok: true, value: 1n });
      const result = await restored.finished();
      restored.dispose();
      return result;
    };
    const result = await goOn();
    expect(result).toEqual([true, { deep: ["answer"] }, 1, "inner", "still bound", "read late", expect.any(Number)]);
    expect(await goOn()).toEqual(result);
  });

  test("reports errors in the user's lines", async () => {
    const host = waits();
    const engine = createJavascriptEngine();
    const vm = engine.open(host.options());
    vm.run({ code: "\nawait t.ask();\nnull.x", file: "main.js" }).catch(() => {});
    const restored = engine.restore(vm.snapshot(), host.options());
    restored.settle(1, { ok: true, value: null });
    await expect(restored.finished()).rejects.toMatchObject({
      code: "script.error",
      frames: [{ file: "main.js", line: 3 }],
    });
    vm.dispose();
    restored.dispose();
  });

  test("is refused by another version, by other bridges, and when it is damaged", () => {
    const host = waits();
    const engine = createJavascriptEngine();
    const vm = engine.open(host.options());
    vm.run({ code: "await t.ask()", file: "main.js" }).catch(() => {});
    const snapshot = vm.snapshot();
    const failed = expect.objectContaining({ code: "engine.failed" });
    expect(() => engine.restore({ ...snapshot, version: "other" }, host.options())).toThrow(failed);
    expect(() => engine.restore(snapshot, new FakeHost({ other: { x: () => 1 } }).options())).toThrow(failed);
    expect(() => engine.restore({ ...snapshot, data: snapshot.data.slice(0, 5000) }, host.options())).toThrow(failed);
    vm.dispose();
  });
});

describe("the engine", () => {
  test("gives each VM globals of its own, pooled or not", async () => {
    const host = new FakeHost();
    const engine = createJavascriptEngine();
    await engine.initialize({ poolSize: 2 });
    for (let i = 0; i < 5; i++) {
      const vm = engine.open(host.options({ seed: i }));
      expect(
        await vm.run({
          code: "const before = globalThis.mark; globalThis.mark = 1; Object.prototype.x = 1; return before ?? 'clean'",
          file: "a.js",
        }),
      ).toBe("clean");
      vm.dispose();
      await new Promise((resolve) => setImmediate(resolve));
    }
    await engine.shutdown();
  });

  test("seeds pooled VMs as it does fresh ones", async () => {
    const roll = async (poolSize: number): Promise<ScriptValue> => {
      const engine = createJavascriptEngine();
      await engine.initialize({ poolSize });
      const host = new FakeHost();
      let result: ScriptValue;
      for (let i = 0; i < 3; i++) {
        const vm = engine.open(host.options({ seed: 5 }));
        result = await vm.run({ code: "return [Math.random(), Math.random()]", file: "a.js" });
        vm.dispose();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await engine.shutdown();
      return result;
    };
    expect(await roll(2)).toEqual(await roll(0));
  });

  test("runs the same script from its cache with the same result and lines", async () => {
    const engine = createJavascriptEngine();
    await engine.initialize({ cacheSize: 1 });
    const host = new FakeHost();
    const attempt = async (code: string): Promise<unknown> => {
      const vm = engine.open(host.options());
      try {
        return await vm.run({ code, file: "a.ts" });
      } catch (thrown) {
        return (thrown as { frames: unknown }).frames;
      } finally {
        vm.dispose();
      }
    };
    const failing = "const f = (x: any) => x.y;\nf(null)";
    const frames = await attempt(failing);
    expect(frames).toMatchObject([{ file: "a.ts", line: 1, name: "f" }, { line: 2 }]);
    expect(await attempt(failing)).toEqual(frames);
    expect(await attempt("return 1")).toBe(1);
    expect(await attempt(failing)).toEqual(frames);
  });

  test("starts from what a build prepared for the same bridges", async () => {
    const host = new FakeHost();
    const options = host.options();
    const data = structuredClone(createJavascriptEngine().prepare?.(options.bridges));
    const engine = createJavascriptEngine();
    await engine.initialize({ prepared: { data, bridges: options.bridges } });
    const vm = engine.open(options);
    expect(await vm.run({ code: "return [typeof async.spawn, 6 * 7]", file: "a.js" })).toEqual(["function", 42]);
    vm.dispose();
  });

  test("strips types without a warning of Node's", async () => {
    const warnings: unknown[] = [];
    const note = (warning: unknown): number => warnings.push(warning);
    process.on("warning", note);
    expect(createJavascriptEngine().validateSyntax({ code: "let a: number = 1; return a", file: "a.ts" })).toBeNull();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", note);
    expect(warnings).toEqual([]);
  });

  test("in a worker with an 8 MB stack, catches every recursion", async () => {
    const url = (name: string): string => JSON.stringify(new URL(name, import.meta.url).href);
    const source = `
      import { parentPort } from "node:worker_threads";
      import { createJavascriptEngine } from ${url("./javascript-engine.ts")};
      import { FakeHost } from ${url("./fake-host.ts")};
      const host = new FakeHost({ t: { call: (fn) => fn.invoke([]) } });
      const engine = createJavascriptEngine();
      const results = [];
      for (const code of [
        "(function f() { f(); })()", "function f() { t.call(f); } f()", "eval('('.repeat(1e5))", "eval('['.repeat(1e5))", "JSON.parse('['.repeat(1e5))",
        "let o = {}; for (let i = 0; i < 3e4; i++) o = { o }; JSON.stringify(o)", "let p = {}; for (let i = 0; i < 5e4; i++) p = new Proxy(p, {}); p.x",
        "let a = []; for (let i = 0; i < 1e5; i++) a = [a]; String(a)", "function* g() { yield* g(); } [...g()]",
      ]) {
        const vm = engine.open(host.options());
        results.push(await vm.run({ code: "try { " + code + " } catch (e) { return e.code; }", file: "a.js" }).catch((e) => "died: " + e.code));
        vm.dispose();
      }
      parentPort.postMessage(results);`;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), {
      resourceLimits: { stackSizeMb: 8 },
    });
    const results = await new Promise<string[]>((resolve, reject) =>
      worker.once("message", resolve).once("error", reject),
    );
    await worker.terminate();
    expect(results).toEqual(results.map(() => "limit.recursion"));
    expect(results).toHaveLength(9);
  });
});
