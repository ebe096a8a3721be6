import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import type { Runtime } from "../../src/index.ts";
import type { ScriptValue } from "../../src/values/script-value.ts";
import { createRuntime, defineBridge, method } from "../support/product.ts";
import { HANGS, HANG_LIMITS, type Hang } from "./catalogue.ts";

/** Bytes that the process may grow by above a spell's limit: generous, because dead workers' memory is given back late. */
const SLACK = 256 * 1024 * 1024;

/** A well-behaved spell: it waits in the same worker while another one hangs, and goes on afterwards. */
const NEIGHBOUR = {
  lua: `
    print("before")
    local seen = { math.random(1000), steps.take(params.id, "first") }
    util.sleep(1)
    seen[#seen + 1] = steps.take(params.id, "second")
    steps.wait(params.id)
    seen[#seen + 1] = steps.take(params.id, "third")
    print("after")
    seen[#seen + 1] = math.random(1000)
    return seen`,
  javascript: `
    console.log("before");
    const random = () => Math.floor(Math.random() * 1000);
    const seen = [random(), await steps.take(params.id, "first")];
    await util.sleep(1);
    seen.push(await steps.take(params.id, "second"));
    await steps.wait(params.id);
    seen.push(await steps.take(params.id, "third"));
    console.log("after");
    return [...seen, random()];`,
};

/** What one neighbour waits for and what it did, counted outside of every worker. */
class Steps {
  readonly taken: string[] = [];
  readonly over = Promise.withResolvers<null>();
  readonly waits = Promise.withResolvers<null>();
}

function stepsBridge(of: (id: string) => Steps) {
  return defineBridge({
    name: "steps",
    summary: "Steps of a spell.",
    methods: {
      take: method({
        summary: "Counts a step.",
        input: { id: z.string(), name: z.string() },
        output: z.number(),
        effect: "write",
        run: async ({ id, name }) => of(id).taken.push(name),
      }),
      wait: method({
        summary: "Waits until the other spell is over.",
        input: { id: z.string() },
        output: z.null(),
        effect: "write",
        run({ id }) {
          of(id).waits.resolve(null);
          return of(id).over.promise;
        },
      }),
    },
  });
}

/** One test for each hang of an engine: it ends as it must, and its neighbour in the same worker is unharmed. */
export function hangSuite(engine: Hang["engine"]): void {
  const steps = new Map<string, Steps>();
  let runtime: Runtime;
  let expected: ScriptValue;

  const startNeighbour = (id: string) => {
    const own = new Steps();
    steps.set(id, own);
    return { own, result: runtime.exec(NEIGHBOUR[engine], { engine, seed: 1, params: { id } }) };
  };

  beforeAll(async () => {
    runtime = createRuntime({ workers: 1, bridges: [stepsBridge((id) => steps.get(id) as Steps)] });
    const undisturbed = startNeighbour("undisturbed");
    undisturbed.own.over.resolve(null);
    const result = await undisturbed.result;
    expect(result).toMatchObject({ ok: true });
    expected = result.ok ? result.value : null;
  });
  afterAll(() => runtime.shutdown());

  it.each(HANGS.filter((hang) => hang.engine === engine))(
    "$name",
    async ({ name, code, ends, cpuMs = HANG_LIMITS.cpuMs }) => {
      const neighbour = startNeighbour(name);
      await Promise.race([neighbour.own.waits.promise, neighbour.result]);

      const before = process.memoryUsage.rss();
      let grown = 0;
      const watch = setInterval(() => void (grown = Math.max(grown, process.memoryUsage.rss() - before)), 10);
      const hung = await runtime.exec(code, { engine, seed: 1, limits: { ...HANG_LIMITS, cpuMs } });
      clearInterval(watch);
      neighbour.own.over.resolve(null);

      expect(ends).toContain(hung.ok ? "ok" : hung.error.code);
      expect(await neighbour.result).toMatchObject({ ok: true, value: expected, output: "before\nafter\n" });
      expect(neighbour.own.taken).toEqual(["first", "second", "third"]);
      expect(grown).toBeLessThan(HANG_LIMITS.memoryBytes + SLACK);
    },
  );
}
