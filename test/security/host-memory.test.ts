import { afterAll, beforeAll, expect, it } from "vitest";
import type { Runtime } from "../../src/index.ts";
import { createRuntime } from "../support/product.ts";

const MB = 1024 * 1024;
const MEMORY = 64 * MB;
/** The VM's own limit, the growth that is promised above it, and what a dead worker's memory is given back late. */
const MOST_GROWTH = MEMORY + 64 * MB + 128 * MB;

let runtime: Runtime;
beforeAll(async () => {
  runtime = createRuntime({ workers: 1, limits: { memoryBytes: MEMORY, cpuMs: 8000 } });
  await runtime.exec("return json.encode([regex.test('a', 'a'), text.length('a')])", { engine: "javascript" });
});
afterAll(() => runtime.shutdown());

async function grown(code: string): Promise<{ growth: number; code: string }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => void (most = Math.max(most, process.memoryUsage.rss())), 10);
  const result = await runtime.exec(code, { engine: "javascript", onOutput: () => {}, onLog: () => {} });
  clearInterval(watch);
  return { growth: most - before, code: result.ok ? "ok" : result.error.code };
}

const REFUSED = ["limit.host_memory", "limit.memory", "limit.cpu", "limit.output", "value.too_large"];

it.each([
  ["logs without end", "for (;;) log.info('')"],
  ["output without end", "for (;;) console.log('')"],
  ["five million matches", "return regex.findAll('a'.repeat(5e6), 'a').length"],
  ["three million rows", "return csv.decode('a\\n'.repeat(3e6)).length"],
  ["five million tags", "return text.stripHtml('<'.repeat(5e6)).length"],
  ["two million changed lines", "return text.diff('a\\n'.repeat(1e6), 'b\\n'.repeat(1e6)).length"],
  ["a list of a million items", "return yaml.decode('- a\\n'.repeat(1e6)).length"],
])("%s cost little memory", { timeout: 60_000 }, async (_, script) => {
  const { growth, code } = await grown(script);
  expect([...REFUSED, "ok"]).toContain(code);
  expect(growth).toBeLessThan(MOST_GROWTH);
});

it("a loop of small calls is not taken for a large one, whatever garbage it makes", { timeout: 60_000 }, async () => {
  const script =
    "for (let i = 0; i < 40000; i++) template.render(`{{ a${i} }}`, { [`a${i}`]: 'x'.repeat(500) }); return 1";
  expect((await grown(script)).code).toBe("ok");
});

it("what hangs on to host memory ends alone", { timeout: 60_000 }, async () => {
  const neighbour = runtime.exec("await util.sleep(1500); return 'fine'", { engine: "javascript" });
  const greedy = await runtime.exec("return text.diff('a\\n'.repeat(2e6), 'b\\n'.repeat(2e6)).length", {
    engine: "javascript",
  });
  expect(greedy).toMatchObject({
    ok: false,
    error: { code: "limit.host_memory", details: { setting: "limits.hostBytes" } },
  });
  expect(await neighbour).toMatchObject({ ok: true, value: "fine" });
});
