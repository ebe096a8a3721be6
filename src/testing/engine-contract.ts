import assert from "node:assert/strict";
import type { ScriptEngine } from "../engine/script-engine.ts";
import type { ScriptVm, VmOptions } from "../engine/vm.ts";
import { LlmspellError } from "../errors.ts";
import { markIntegerKeys, type ScriptFunction, type ScriptValue } from "../values/script-value.ts";
import type { ContractScripts } from "./contract-scripts.ts";
import { type ContractCase, type Gaps, withGaps } from "./contract.ts";
import { ContractHost, contractOptions } from "./engine-host.ts";

export type EngineContractCase = keyof ReturnType<typeof engineCases>;

/**
 * What every engine must do, as cases for any test runner.
 *
 * @example
 * for (const { name, run } of engineContract(createLuaEngine, LUA_SCRIPTS)) it(name, run);
 */
export function engineContract(
  create: () => ScriptEngine,
  scripts: ContractScripts,
  gaps: Gaps<EngineContractCase> = {},
): ContractCase[] {
  return withGaps(engineCases(create, scripts), gaps);
}

/** Values that every engine must carry both ways unchanged. */
const CARRIED: readonly ScriptValue[] = [
  null,
  true,
  0,
  -1,
  2 ** 53 - 1,
  9007199254740993n,
  -(2n ** 63n),
  1.5,
  -0,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  "",
  "grüße 🚀 \u0000 end",
  "\ud800 lone",
  new Uint8Array([0, 255, 254, 128]),
  new Date(86_400_123),
  [1, [2, ["three"]], {}],
  { a: 1, nested: { list: [true, null, "x"] } },
  JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as ScriptValue,
];

function engineCases(create: () => ScriptEngine, scripts: ContractScripts) {
  const file = `contract${create().extensions[0] ?? ""}`;

  async function withVm<T>(
    use: (vm: ScriptVm, host: ContractHost, engine: ScriptEngine) => Promise<T>,
    overrides: Partial<VmOptions> = {},
    modules = {},
  ): Promise<T> {
    const engine = create();
    await engine.initialize({});
    const host = new ContractHost();
    const vm = engine.open(contractOptions(host, overrides, modules));
    try {
      return await use(vm, host, engine);
    } finally {
      vm.dispose();
      await engine.shutdown();
    }
  }
  const run = (code: string, globals: VmOptions["globals"] = { params: {} }, overrides: Partial<VmOptions> = {}) =>
    withVm((vm) => vm.run({ code, file }), { globals, ...overrides });
  const failure = async (code: string, overrides: Partial<VmOptions> = {}): Promise<LlmspellError> => {
    try {
      await run(code, { params: {} }, overrides);
    } catch (error) {
      assert.ok(LlmspellError.is(error), `expected an LlmspellError, got ${String(error)}`);
      return error;
    }
    assert.fail("the script should have failed");
  };

  return {
    returns: {
      name: "returns what the script returns",
      run: async () => assert.equal(await run(scripts.answer), 42),
    },
    syncCall: {
      name: "carries every kind of value to a sync method and back",
      async run() {
        for (const value of CARRIED) assert.deepStrictEqual(await run(scripts.echo, { params: { value } }), value);
      },
    },
    waitingCall: {
      name: "carries every kind of value to a method that waits and back",
      async run() {
        for (const value of CARRIED) assert.deepStrictEqual(await run(scripts.later, { params: { value } }), value);
      },
    },
    roundTrip: {
      name: "round-trips values through a VM of its own, integer keys included",
      async run() {
        const engine = create();
        await engine.initialize({});
        for (const value of CARRIED) assert.deepStrictEqual(engine.roundTrip(value), value);
        const sparse = markIntegerKeys({ "1": "a", "5": "b", name: "c" });
        assert.deepEqual({ ...(engine.roundTrip(sparse) as object) }, { "1": "a", "5": "b", name: "c" });
        await engine.shutdown();
      },
    },
    tooLarge: {
      name: "refuses a value above the size limit with value.too_large",
      async run() {
        const error = await failureOf(() =>
          run(scripts.echo, { params: { value: "x".repeat(5000) } }, { values: { bytes: 4000, depth: 64 } }),
        );
        assert.equal(error.code, "value.too_large");
      },
    },
    spellings: {
      name: "answers both spellings of a method",
      run: async () => assert.deepEqual(await run(scripts.spellings), ["two words", "two words"]),
    },
    named: {
      name: "calls a bridge's fallback for a member that is none of its methods",
      run: async () => assert.deepEqual(await run(scripts.named), ["known", ["any_name", 1]]),
    },
    catches: {
      name: "lets the script catch a failed call with its code, message, retryable and details",
      async run() {
        const expected = ["demo.failed", "the demo failed", true, "asked to", false];
        assert.deepEqual(await run(scripts.catches), expected);
        assert.deepEqual(await run(scripts.catchesLater), expected);
      },
    },
    scriptError: {
      name: "reports an uncaught error with file and line of the user's source",
      async run() {
        const error = await failure(scripts.raises);
        assert.equal(error.code, "script.error");
        assert.match(error.message, /broken/);
        assert.equal(error.frames?.[0]?.file, file);
        assert.equal(error.frames?.[0]?.line, 2);
      },
    },
    syntax: {
      name: "checks syntax without running, and refuses to run what does not parse",
      async run() {
        const engine = create();
        await engine.initialize({});
        assert.equal(engine.validateSyntax({ code: scripts.answer, file }), null);
        const problem = engine.validateSyntax({ code: scripts.syntaxError, file });
        assert.equal(problem?.code, "script.syntax");
        assert.equal(problem?.frames?.[0]?.file, file);
        assert.ok((problem?.frames?.[0]?.line ?? 0) >= 1);
        await engine.shutdown();
        assert.equal((await failure(scripts.syntaxError)).code, "script.syntax");
      },
    },
    callback: {
      name: "calls a script function from within a host call",
      run: async () => assert.equal(await run(scripts.callback), 42),
    },
    waitingCallback: {
      name: "lets a script function that the host calls wait",
      run: async () => assert.equal(await run(scripts.waitingCallback), 42),
    },
    concurrent: {
      name: "waits for several calls at the same time",
      run: async () => assert.deepEqual(await run(scripts.concurrent), ["a", "b"]),
    },
    background: {
      name: "runs to the end of every task that the script started",
      run: () =>
        withVm(async (vm, host) => {
          assert.equal(await vm.run({ code: scripts.background, file }), "first");
          assert.equal(host.output, "done\n");
        }),
    },
    keptFunction: {
      name: "keeps a retained function callable while the script waits, and no longer than its VM",
      run: () =>
        withVm(async (vm, host) => {
          const running = vm.run({ code: scripts.keeps, file });
          await untilHanging(host, running);
          const [kept] = host.kept as [ScriptFunction];
          assert.equal(await vm.call(kept, [21]), 42);
          assert.equal(await kept.invoke([4]), 8);
          host.hanging[0]?.resolve("end");
          assert.equal(await running, "end");
          vm.dispose();
          assert.equal((await failureOf(async () => kept.invoke([1]))).code, "value.released");
        }),
    },
    handles: {
      name: "gives handles methods and the language's own iteration",
      run: async () => assert.deepEqual(await run(scripts.iterates), [1, 2, 3, 1]),
    },
    globals: {
      name: "shows constants and globals, a function's value read once and only when it is needed",
      async run() {
        let reads = 0;
        const stdin = () => `input ${++reads}`;
        assert.deepEqual(await run(scripts.globals, { params: {}, stdin }), [7, "input 1", "input 1"]);
        reads = 0;
        await run(scripts.answer, { params: {}, stdin });
        assert.equal(reads, 0);
      },
    },
    gate: {
      name: "passes the gate once on every way into its code, and leaves it again, failures included",
      run: () =>
        withVm(async (_vm, host, engine) => {
          for (const code of [
            scripts.callback,
            scripts.waitingCallback,
            scripts.catchesLater,
            scripts.raises,
            scripts.final,
            scripts.recursion,
          ]) {
            const vm = engine.open(contractOptions(host));
            await vm.run({ code, file }).catch(() => undefined);
            vm.dispose();
            assert.equal(host.inside, 0);
          }
          assert.deepEqual(host.wrongDepths, []);
        }),
    },
    final: {
      name: "ends a run on a final error whatever the script catches",
      run: async () => assert.equal((await failure(scripts.final)).code, "limit.host_calls"),
    },
    recursion: {
      name: "stops endless recursion with an error that the script can catch",
      run: async () => assert.equal(await run(scripts.recursion), "caught"),
    },
    memory: {
      name: "stops allocation at the memory limit",
      async run() {
        await withVm(
          async (vm) => {
            const error = await failureOf(() => vm.run({ code: scripts.memory, file }));
            assert.equal(error.code, "limit.memory");
            assert.ok(vm.memoryUsed() <= 16 * 1024 * 1024, `the VM grew to ${vm.memoryUsed()} bytes`);
          },
          { memoryBytes: 16 * 1024 * 1024 },
        );
      },
    },
    memoryCaught: {
      name: "lets the script catch an allocation that does not fit",
      run: async () =>
        assert.equal(await run(scripts.memoryCaught, { params: {} }, { memoryBytes: 16 * 1024 * 1024 }), "caught"),
    },
    cycle: {
      name: "refuses a value that contains itself with value.cycle",
      run: async () => assert.equal(await run(scripts.cycle), "value.cycle"),
    },
    modules: {
      name: "loads a module through the host, and names one that is missing",
      async run() {
        const modules = { lib: scripts.moduleSource, "./lib": scripts.moduleSource, "./lib.js": scripts.moduleSource };
        assert.equal(await withVm((vm) => vm.run({ code: scripts.module, file }), {}, modules), 42);
        assert.equal((await failure(scripts.module)).code, "script.module_not_found");
      },
    },
    deterministic: {
      name: "takes random numbers from the seed and time from the run's clock",
      async run() {
        const first = await run(scripts.random);
        assert.deepEqual(await run(scripts.random), first);
        assert.notDeepEqual(await run(scripts.random, { params: {} }, { seed: 8 }), first);
        assert.equal(await run(scripts.clock), Date.UTC(2026, 0, 2, 3, 4, 5) / 1000);
      },
    },
    prints: {
      name: "prints through the console bridge",
      run: () =>
        withVm(async (vm, host) => {
          await vm.run({ code: scripts.prints, file });
          assert.equal(host.output, "hello\n");
        }),
    },
    sealed: {
      name: "gives the script nothing of the host",
      run: async () => assert.deepEqual(Object.values((await run(scripts.escapes)) as object), []),
    },
    isolated: {
      name: "keeps VMs apart: a run that fails leaves the next one whole",
      async run() {
        const engine = create();
        await engine.initialize({});
        const broken = engine.open(contractOptions(new ContractHost()));
        await failureOf(() => broken.run({ code: scripts.final, file }));
        const next = engine.open(contractOptions(new ContractHost()));
        assert.equal(await next.run({ code: scripts.answer, file }), 42);
        broken.dispose();
        next.dispose();
        await engine.shutdown();
      },
    },
    disposed: {
      name: "rejects what waits on a VM that is disposed of, with the reason",
      run: () =>
        withVm(async (vm, host) => {
          const running = vm.run({ code: scripts.hangs, file });
          await untilHanging(host, running);
          vm.dispose(new LlmspellError("run.aborted", "stop"));
          assert.equal((await failureOf(() => running)).code, "run.aborted");
        }),
    },
    snapshot: {
      name: "continues a waiting VM from its snapshot in another instance",
      run: () =>
        withVm(async (vm, host, engine) => {
          const running = vm.run({ code: scripts.hangs, file });
          await untilHanging(host, running);
          const snapshot = vm.snapshot();
          assert.equal(snapshot.pending.length, 1);
          for (const answer of ["first", "second"]) {
            const restored = engine.restore(snapshot, contractOptions(new ContractHost()));
            const finished = restored.finished();
            restored.settle(snapshot.pending[0] as number, { ok: true, value: answer });
            assert.deepEqual(await finished, [answer, "kept"]);
            restored.dispose();
          }
          host.hanging[0]?.resolve("original");
          assert.deepEqual(await running, ["original", "kept"]);
        }),
    },
  } satisfies Record<string, ContractCase>;
}

async function failureOf(action: () => Promise<unknown>): Promise<LlmspellError> {
  try {
    await action();
  } catch (error) {
    assert.ok(LlmspellError.is(error), `expected an LlmspellError, got ${String(error)}`);
    return error;
  }
  assert.fail("it should have failed");
}

/** Resolves once the script waits for `demo.hang()`; rejects when it ended instead. */
async function untilHanging(host: ContractHost, running: Promise<ScriptValue>): Promise<void> {
  const end = running.then(
    (value) => assert.fail(`the script should wait for demo.hang(), it answered ${String(value)}`),
    (error: unknown) => assert.fail(`the script should wait for demo.hang(), it failed: ${String(error)}`),
  );
  end.catch(() => undefined);
  while (host.hanging.length === 0) await Promise.race([end, new Promise((resolve) => setImmediate(resolve))]);
}
