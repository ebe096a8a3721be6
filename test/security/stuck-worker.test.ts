import { afterAll, expect, it } from "vitest";
import { createRuntime } from "../support/product.ts";

/** The host computes for long, outside of any VM. */
const BUSY = "return await llm.classify('x', Array.from({ length: 400000 }, (_, i) => `label ${i}`))";

const runtime = createRuntime({ workers: 1, models: { model: "offline" } });
afterAll(() => runtime.shutdown());

it("a worker that a run leaves busy is ended with it; the other runs go on", { timeout: 30_000 }, async () => {
  const neighbour = runtime.exec("await util.sleep(2500); return 'fine'", { engine: "javascript" });
  const busy = await runtime.exec(BUSY, {
    engine: "javascript",
    limits: { timeoutMs: 1500, hostBytes: 512 * 1024 * 1024 },
  });
  expect(busy).toMatchObject({ ok: false, error: { code: "limit.wall" } });
  const startedAt = performance.now();
  expect(await neighbour).toMatchObject({ ok: true, value: "fine" });
  expect(await runtime.exec("return 1", { engine: "lua" })).toMatchObject({ ok: true, value: 1 });
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
