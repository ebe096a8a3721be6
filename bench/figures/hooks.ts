import { HookRegistry } from "../../src/hooks/hook-registry.ts";
import { HookRunner } from "../../src/hooks/hook-runner.ts";
import type { HookPoint } from "../../src/hooks/hook-points.ts";
import type { ScriptValue } from "../../src/values/script-value.ts";
import { threadCpuMs } from "../cpu.ts";
import type { Figure } from "../figure.ts";
import { alternate, median, spread } from "../sample.ts";
import { startSpells } from "../spells.ts";

const CALLS = 2_000;
const NATIVE_CALLS = 300_000;
const ROUNDS = 9;
const WARM_UP = 3;

/** Model calls that a hook answers, so that no model is measured; with `more` another hook before it. */
const CODE = (more: boolean) => `
hooks.register("beforeGenerate", () => ({ replace: "x" }));
${more ? 'hooks.register("beforeGenerate", (ctx, request) => null, { priority: 1 });' : ""}
const started = bench.mark();
for (let i = 0; i < ${CALLS}; i++) await llm.chat("hi");
return bench.mark().cpu - started.cpu;`;

const native = (hooks: number) => async () => {
  const registry = new HookRegistry();
  const point: HookPoint = "beforeGenerate";
  for (let n = 0; n < hooks; n++)
    registry.add([{ name: `h${n}`, point, priority: 0, deadlineMs: 5000, onFailure: "block", run: () => null }]);
  const timer = () => ({ over: new Promise<boolean>(() => undefined), cancel: () => undefined });
  const ports = {
    runId: "bench",
    now: () => 0,
    timer,
    emit: () => undefined,
    warn: () => undefined,
    within: <T>(run: () => T) => run(),
  };
  const shapes = { input: (value: ScriptValue) => value, output: (value: ScriptValue) => value };
  const request = { messages: [] };
  const started = threadCpuMs();
  for (let n = 0; n < NATIVE_CALLS; n++)
    await new HookRunner<ScriptValue, ScriptValue>(registry, ports, { action: "generate", subject: "m" }, shapes).run(
      request,
      () => null,
    );
  return ((threadCpuMs() - started) * 1000) / NATIVE_CALLS;
};

/** CPU time that one more hook adds to a model call. */
export const hooksFigure: Figure = {
  name: "hooks",
  title: "CPU time that one more hook adds to a model call",
  async measure() {
    await using spells = await startSpells({ limits: { hostCalls: 1e9, hostBytes: 1e12 } });
    const script = (more: boolean) => async () =>
      (((await spells.run("javascript", CODE(more))) as number) * 1000) / CALLS;
    const sides = { one: script(false), two: script(true), nativeOne: native(1), nativeTwo: native(2) };
    const { one = [], two = [], nativeOne = [], nativeTwo = [] } = await alternate(sides, ROUNDS, WARM_UP);
    const added = (less: number[], more: number[]) => more.map((time, index) => time - (less[index] ?? 0));
    const inScript = added(one, two);
    const inHost = added(nativeOne, nativeTwo);
    return [
      {
        name: "a script's, JavaScript",
        value: median(inScript),
        unit: "us",
        goal: 20,
        note: `quartiles ${spread(inScript)}`,
      },
      { name: "native", value: median(inHost), unit: "us", goal: 1, note: `quartiles ${spread(inHost)}` },
    ];
  },
};
