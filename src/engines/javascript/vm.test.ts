import { describe, expect, test } from "vitest";
import { LlmspellError } from "../../errors.ts";
import type { Handle, ScriptFunction, ScriptValue } from "../../values/script-value.ts";
import type { VmOptions } from "../../engine/vm.ts";
import { FakeHost, type FakeBridges } from "./fake-host.ts";
import { createJavascriptEngine } from "./javascript-engine.ts";

const engine = createJavascriptEngine();

const SLEEP: FakeBridges = {
  util: { sleep: { sync: false, run: (ms) => new Promise((resolve) => setTimeout(() => resolve(null), Number(ms))) } },
};

async function run(code: string, bridges: FakeBridges = {}, overrides: Partial<VmOptions> = {}): Promise<ScriptValue> {
  const vm = engine.open(new FakeHost({ ...SLEEP, ...bridges }).options(overrides));
  try {
    return await vm.run({ code, file: "main.js" });
  } finally {
    vm.dispose();
  }
}

describe("calls", () => {
  const bridges: FakeBridges = {
    t: {
      addUp: (a, b) => Number(a) + Number(b),
      later: { sync: false, run: async (x) => x },
      atOnce: { sync: false, run: (x) => x },
      fails: () => {
        throw new LlmspellError("fs.not_found", "no such file", { details: { path: "x" }, hint: "Look." });
      },
      failsLater: {
        sync: false,
        run: async () => Promise.reject(new LlmspellError("provider.rate_limit", "slow down")),
      },
      failsAtOnce: {
        sync: false,
        run: () => {
          throw new LlmspellError("input.invalid", "no");
        },
      },
    },
    log: { info: () => null },
  };

  test("answer at once when they are sync, under both spellings, and detached", async () => {
    expect(
      await run(
        "const { addUp } = t; return [t.addUp(1, 2), t.add_up(3, 4), addUp(5, 6), Object.keys(t).includes('add_up')]",
        bridges,
      ),
    ).toEqual([3, 7, 11, false]);
    expect(await run("return logger === log", bridges)).toBe(true);
  });

  test("answer a promise when they wait, also when the host answers at once", async () => {
    expect(
      await run("const p = t.atOnce(1); return [p instanceof Promise, await p, await t.later(2)]", bridges),
    ).toEqual([true, 1, 2]);
  });

  test("throw or reject with the bridge's error, which keeps its code when rethrown", async () => {
    const caught = "(e) => [e instanceof Error, e.name, e.code, e.retryable, e.details ?? null, e.hint ?? null]";
    expect(await run(`const c = ${caught}; try { t.fails(); } catch (e) { return c(e); }`, bridges)).toEqual([
      true,
      "LlmspellError",
      "fs.not_found",
      false,
      { path: "x" },
      "Look.",
    ]);
    expect(await run("return t.failsLater().catch((e) => [e.code, e.retryable])", bridges)).toEqual([
      "provider.rate_limit",
      true,
    ]);
    expect(await run("const p = t.failsAtOnce(); return p.catch((e) => e.code)", bridges)).toBe("input.invalid");
    await expect(run("try { t.fails(); } catch (e) { throw e; }", bridges)).rejects.toMatchObject({
      code: "fs.not_found",
      details: { path: "x" },
      frames: [{ file: "main.js", line: 1, column: expect.any(Number) as number }],
    });
  });

  test("call back into the script while they run", async () => {
    const invoke = (fn: ScriptValue, ...args: ScriptValue[]): ScriptValue | Promise<ScriptValue> =>
      (fn as ScriptFunction).invoke(args);
    const callbacks: FakeBridges = {
      t: {
        map: (list, fn) => (list as ScriptValue[]).map((item) => invoke(fn, item) as ScriptValue),
        kind: (fn) => (invoke(fn) instanceof Promise ? "promise" : "plain"),
        later: { sync: false, run: async (fn) => [await invoke(fn, 20), "done"] },
      },
    };
    expect(await run("return t.map([1, 2], (x) => x * 2)", callbacks)).toEqual([2, 4]);
    expect(await run("return t.map([1, 2], (x) => t.map([x], (y) => y + 1)[0])", callbacks)).toEqual([2, 3]);
    expect(await run("return [t.kind(() => 1), t.kind(async () => 1)]", callbacks)).toEqual(["plain", "promise"]);
    expect(await run("return t.later(async (x) => { await async.sleep(1); return x + 1; })", callbacks)).toEqual([
      21,
      "done",
    ]);
    expect(
      await run(
        "try { t.map([1], () => { throw new RangeError('inner'); }); } catch (e) { return e.message; }",
        callbacks,
      ),
    ).toBe("RangeError: inner");
  });
});

describe("a run", () => {
  test("ends with what the script returns, after all it started", async () => {
    const seen: ScriptValue[] = [];
    const bridges: FakeBridges = { t: { see: (x) => (seen.push(x), null) } };
    expect(await run("async.sleep(5).then(() => t.see('late')); return 'early'", bridges)).toBe("early");
    expect(seen).toEqual(["late"]);
    expect(await run("await null")).toBeUndefined();
  });

  test("fails with an unhandled rejection, and not with a handled one", async () => {
    await expect(run("Promise.reject(new Error('lost')); return 1")).rejects.toMatchObject({
      code: "script.error",
      message: "lost",
    });
    await expect(
      run("async.spawn(async () => { await async.sleep(1); throw new Error('task'); })"),
    ).rejects.toMatchObject({ message: "task" });
    expect(await run("const p = Promise.reject(1); await async.sleep(1); p.catch(() => {}); return 'fine'")).toBe(
      "fine",
    );
  });

  test("that waits for nothing ends with script.deadlock", async () => {
    await expect(run("await new Promise(() => {})")).rejects.toMatchObject({ code: "script.deadlock" });
  });

  test("does not wait for a timer that was cleared", async () => {
    const never: FakeBridges = { util: { sleep: { sync: false, run: () => new Promise(() => {}) } } };
    expect(
      await run(
        "const id = setTimeout(() => {}, 1e9); clearTimeout(id); return await async.timeout(1e9, async () => 'in time')",
        never,
      ),
    ).toBe("in time");
  });

  test("opens its gate around every outermost entry only", async () => {
    const host = new FakeHost({ t: { call: (fn) => (fn as ScriptFunction).invoke([]) as ScriptValue }, ...SLEEP });
    const vm = engine.open(host.options());
    await vm.run({
      code: "t.call(() => t.call(() => 1)); await async.sleep(1); try { t.nope(); } catch {}",
      file: "a.js",
    });
    expect(host.entered).toEqual(["enter", "leave", "enter", "leave"]);
    vm.dispose();
  });

  test("runs once per VM", async () => {
    const vm = engine.open(new FakeHost().options());
    await vm.run({ code: "return 1", file: "a.js" });
    await expect(vm.run({ code: "return 1", file: "a.js" })).rejects.toMatchObject({ code: "engine.failed" });
    vm.dispose();
  });

  test("ends at once when its VM is disposed of", async () => {
    const vm = engine.open(new FakeHost({ t: { hang: { sync: false, run: () => new Promise(() => {}) } } }).options());
    const ended = vm.run({ code: "try { await t.hang(); } finally { await t.hang(); }", file: "a.js" });
    vm.dispose(new LlmspellError("run.aborted", "stop"));
    vm.dispose();
    await expect(ended).rejects.toMatchObject({ code: "run.aborted" });
  });
});

describe("the globals", () => {
  test("async: spawn, all, race, settle, timeout", async () => {
    const code = `
      const task = async.spawn(async (x) => { await async.sleep(2); return x; }, 1);
      return {
        spawned: [await task.await(), await task],
        all: await async.all([task, Promise.resolve(2), async () => 3, 4]),
        race: await async.race([async.sleep(30), async () => "first"]),
        settle: (await async.settle([async () => 1, async () => { throw new Error("x"); }])).map((r) => (r.status === "fulfilled" ? r.value : r.reason.message)),
        timeout: await async.timeout(1, () => async.sleep(20)).catch((e) => [e.code, e.retryable, e.details.ms]),
      };`;
    expect(await run(code)).toEqual({
      spawned: [1, 1],
      all: [1, 2, 3, 4],
      race: "first",
      settle: [1, "x"],
      timeout: ["async.timeout", true, 1],
    });
  });

  test("timers, microtasks, text coding, cloning", async () => {
    expect(
      await run(
        "const seen = []; setTimeout((x) => seen.push(x), 2, 'b'); queueMicrotask(() => seen.push('a')); await async.sleep(10); return seen",
      ),
    ).toEqual(["a", "b"]);
    expect(
      await run(
        "let n = 0; await new Promise((done) => { const id = setInterval(() => { if (++n === 3) { clearInterval(id); done(); } }, 1); }); return n",
      ),
    ).toBe(3);
    await expect(run("setTimeout(() => { throw new Error('in timer'); }, 1)")).rejects.toMatchObject({
      message: "in timer",
    });
    expect(await run("return new TextDecoder().decode(new TextEncoder().encode('hé€'))")).toBe("hé€");
    expect(
      await run(
        "const a = { d: new Date(1), m: new Map([[1, new Set([2])]]) }; a.self = a; const b = structuredClone(a); return [b.self === b, b !== a, b.d.getTime(), b.m.get(1).has(2)]",
      ),
    ).toEqual([true, true, 1, true]);
  });

  test("are no host's: neither process nor require, std or os", async () => {
    expect(
      await run(
        "return ['process', 'require', 'std', 'os', 'fetch', 'WebAssembly', 'Deno'].filter((name) => name in globalThis)",
      ),
    ).toEqual([]);
    await expect(run("return (await import('std')).x")).rejects.toMatchObject({ code: "script.module_not_found" });
    expect(await run("return (() => 1).constructor.constructor('return typeof process')()")).toBe("undefined");
  });

  test("take the time and random numbers from the run", async () => {
    const code = "return [Date.now(), new Date().getTime(), performance.now(), Math.random(), Math.random()]";
    const first = (await run(code, {}, { seed: 7, now: () => 1000 })) as number[];
    expect(first.slice(0, 3)).toEqual([1000, 1000, 0]);
    expect(await run(code, {}, { seed: 7, now: () => 1000 })).toEqual(first);
    expect(((await run(code, {}, { seed: 8 })) as number[])[3]).not.toBe(first[3]);
    expect(await run("return new Date(0).getTimezoneOffset()")).toBe(0);
  });

  test("that the run passes are read when they are first needed", async () => {
    let reads = 0;
    const globals = { params: { topic: "tides" }, stdin: () => `read ${++reads}` };
    expect(await run("return params.topic", {}, { globals })).toBe("tides");
    expect(reads).toBe(0);
    expect(await run("return [stdin, stdin]", {}, { globals })).toEqual(["read 1", "read 1"]);
  });

  test("print writes to the console", async () => {
    const lines: ScriptValue[] = [];
    await run("print('a', 1); console.log('b')", {
      console: { log: { lenient: true, run: (...args) => (lines.push(args), null) } },
    });
    expect(lines).toEqual([["a", 1], ["b"]]);
  });
});

describe("handles", () => {
  test("have methods on both spellings, fields, iteration and identity", async () => {
    let next = 0;
    const host: FakeHost = new FakeHost(
      { t: { open: () => handle, same: (a) => a === handle } },
      {
        channel: {
          methods: {
            readAll: (self, x) => [self === handle, x] as never,
            next: { sync: false, run: async () => (++next > 3 ? null : next) },
          },
          iterator: "next",
        },
      },
    );
    const handle: Handle = host.newHandle("channel", { label: "news" });
    const vm = engine.open(host.options());
    const code = `const h = t.open(); const seen = []; for await (const x of h) seen.push(x);
      return [h.label, h.readAll(1), h.read_all(2), seen, t.same(h), t.open() === h, Object.keys(h), String(h)]`;
    expect(await vm.run({ code, file: "a.js" })).toEqual([
      "news",
      [true, 1],
      [true, 2],
      [1, 2, 3],
      true,
      true,
      ["label"],
      "[object channel]",
    ]);
    vm.dispose();
  });

  test("cannot be forged, nor used after they are gone", async () => {
    const host: FakeHost = new FakeHost(
      { t: { open: () => handle } },
      { thing: { methods: { touch: (self) => String(self) } } },
    );
    const handle: Handle = host.newHandle("thing");
    const vm = engine.open(host.options());
    const ended = vm.run({
      code: "const h = t.open(); await null; try { h.touch(); } catch (e) { return [e.code, h.touch.call({}) ] }",
      file: "a.js",
    });
    expect(await ended).toBeUndefined();
    vm.dispose();
    const second = engine.open(host.options());
    host.handles.clear();
    expect(
      await second.run({ code: "const h = t.open(); try { h.touch(); } catch (e) { return e.code; }", file: "a.js" }),
    ).toBe("value.released");
    second.dispose();
  });
});

describe("errors", () => {
  test("carry the frames of the user's source", async () => {
    const code = "function inner() {\n  null.x;\n}\nasync function outer() {\n  inner();\n}\nawait outer();";
    await expect(run(code)).rejects.toMatchObject({
      code: "script.error",
      message: "TypeError: cannot read property 'x' of null",
      frames: [
        { file: "main.js", line: 2, name: "inner" },
        { file: "main.js", line: 5, name: "outer" },
        { file: "main.js", line: 7 },
      ],
    });
    await expect(run("  x.y")).rejects.toMatchObject({ frames: [{ line: 1, column: 3 }] });
  });

  test.each([
    ["throw 'text'", "script.error", "text"],
    ["throw undefined", "script.error", "undefined"],
    ["throw { code: 'own.code', message: 'm' }", "own.code", "m"],
    ["throw [1, 2]", "script.error", "[1, 2]"],
    ["throw new (class Odd extends Error { name = 'Odd' })('m')", "script.error", "Odd: m"],
    ["throw { get message() { throw 1; } }", "script.error", "[object]"],
    [
      "globalThis.Error = undefined; Array.prototype[Symbol.iterator] = null; Promise.prototype.then = null; Object.keys = null; null.x",
      "script.error",
      "TypeError: cannot read property 'x' of null",
    ],
    [
      "throw new Proxy({}, { getPrototypeOf() { throw 1; }, get() { throw 2; } })",
      "script.error",
      "the script threw something that cannot be read",
    ],
  ])("%s", async (code, expected, message) => {
    await expect(run(code)).rejects.toMatchObject({ code: expected, message });
  });
});

describe("limits", () => {
  const memoryBytes = 16 * 1024 * 1024;

  test.each([
    "const l = []; for (;;) l.push({ a: 1 });",
    "let s = 'x'; for (;;) s += s;",
    "const l = []; for (;;) l.push(new Uint8Array(1e6));",
    "'x'.padEnd(5e8)",
    "let a = ['x'.repeat(1000)]; for (let i = 0; i < 40; i++) a = [a, a]; JSON.stringify(a)",
    "const m = new Map(); for (let i = 0; ; i++) m.set(i, i);",
    "const o = {}; for (let i = 0; ; i++) o['k' + i] = i;",
    "new Array(1e8).fill(0)",
    "const l = []; for (;;) l.push(() => l);",
    "const l = []; for (;;) l.push(t.give());",
  ])("memory: %s", async (code) => {
    const give = (): ScriptValue => "y".repeat(1_000_000);
    const host = new FakeHost({ t: { give } });
    const vm = engine.open(host.options({ memoryBytes }));
    await expect(vm.run({ code, file: "a.js" })).rejects.toMatchObject({ code: "limit.memory" });
    expect(vm.memoryUsed()).toBeLessThanOrEqual(memoryBytes);
    vm.dispose();
    expect(await run(`try { ${code} } catch (e) { return e.code; }`, { t: { give } }, { memoryBytes })).toBe(
      "limit.memory",
    );
  });

  test("memory that a VM cannot start with is refused", () => {
    expect(() => engine.open(new FakeHost().options({ memoryBytes: 1_000_000 }))).toThrow(
      expect.objectContaining({ code: "limit.memory" }),
    );
  });

  test("recursion can be caught and tells its code", async () => {
    expect(await run("try { (function f() { f(); })(); } catch (e) { return [e.name, e.code]; }")).toEqual([
      "RangeError",
      "limit.recursion",
    ]);
    await expect(run("(function f() { f(); })()")).rejects.toMatchObject({ code: "limit.recursion" });
  });

  test.each([
    "for (;;) {}",
    "for (;;) try { for (;;); } catch {} finally { for (;;); }",
    "for (;;) await null",
    "(function f() { try { f(); } finally { f(); } })()",
    "/(a*)*b/.test('a'.repeat(5000))",
    "t.take({ get x() { for (;;); } })",
  ])("CPU: %s", async (code) => {
    const host = new FakeHost({ t: { take: () => null } });
    const started = performance.now();
    const options = host.options();
    options.gate.expired = () => performance.now() - started > 20;
    const vm = engine.open(options);
    await expect(vm.run({ code, file: "a.js" })).rejects.toMatchObject({ code: "limit.cpu" });
    await expect(vm.call({} as ScriptFunction, [])).rejects.toBeInstanceOf(LlmspellError);
  });

  test("a final error of the host passes every catch and finally", async () => {
    const seen: ScriptValue[] = [];
    const final = new LlmspellError("limit.host_calls", "too many");
    const bridges: FakeBridges = {
      t: {
        stop: () => {
          throw final;
        },
        stopLater: { sync: false, run: async () => Promise.reject(final) },
        see: (x) => (seen.push(x), null),
      },
    };
    await expect(run("try { t.stop(); } catch { t.see(1); } finally { t.see(2); }", bridges)).rejects.toBe(final);
    await expect(run("try { await t.stopLater(); } catch { t.see(1); } finally { t.see(2); }", bridges)).rejects.toBe(
      final,
    );
    expect(seen).toEqual([]);
  });

  test("a failure of the host's own stack discards the VM", async () => {
    const deep = (): never => deep();
    await expect(run("try { t.deep(); } catch { return 'caught'; }", { t: { deep } })).rejects.toMatchObject({
      code: "limit.recursion",
    });
  });
});

describe("no leaks", () => {
  test.each([
    "t.echo({ text: P + i, list: [i, [i]], when: new Date(), bytes: new Uint8Array(900), map: new Map([['a', P]]) })",
    "await t.later({ P, i })",
    "try { t.fails(P); } catch {}",
    "try { await t.failsLater(P + i); } catch {}",
    "t.call((x) => x + i, P)",
    "try { const a = [P + i]; a.push(a); t.echo(a); } catch {}",
    "try { t.echo({ a: [P + i, Symbol()] }); } catch {}",
    "try { t.echo({ b: P + i, get a() { throw new Error(P + i); } }); } catch {}",
    "try { t.cycle(); } catch {}",
    "t.echo({ [`key${i}`]: P })",
    "await async.spawn(async () => P + i)",
    "t.echo(new Error(P + i))",
    "t.echo('\\ud800' + P + i)",
  ])("%s", async (body) => {
    const cycle: ScriptValue[] = ["z".repeat(1000)];
    cycle.push(cycle);
    const bridges: FakeBridges = {
      t: {
        echo: (x) => x,
        later: { sync: false, run: async (x) => x },
        fails: (x) => {
          throw new Error(String(x));
        },
        failsLater: { sync: false, run: async (x) => Promise.reject(new Error(String(x))) },
        call: (fn, x) => {
          const result = (fn as ScriptFunction).invoke([x]);
          (fn as ScriptFunction).release();
          return result;
        },
        cycle: () => cycle,
      },
    };
    // 3,000 times a kilobyte would not fit if any of it stayed.
    const code = `const P = "p".repeat(1000); for (let i = 0; i < 3000; i++) { ${body}; } return "done"`;
    expect(await run(code, bridges, { memoryBytes: 2.5 * 1024 * 1024 })).toBe("done");
  });
});
