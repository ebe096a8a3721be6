/** Starts many spells at once that all wait for a slow model, in one process, and prints what came of it. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { loadLibrary } from "../product.ts";

const [url = "", count = "", workers = "1"] = process.argv.slice(2);
const { createRuntime } = await loadLibrary();
await using runtime = createRuntime({
  workers: Number(workers),
  extensions: [new URL("../bridges.ts", import.meta.url)],
  models: { env: { OPENAI_API_KEY: "key", OPENAI_BASE_URL: `${url}/v1` } },
});

const CODE = `return tostring(llm.complete("question " .. params.number, { model = "openai/gpt-4o" }))`;

async function delays(code: string): Promise<number[]> {
  const result = await runtime.exec(code, { engine: "lua" });
  if (!result.ok) throw result.error;
  return result.value as number[];
}

await delays("bench.watch_delay() return {}");
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
const started = performance.now();
const cpu = process.cpuUsage();
let wrong = 0;
let firstError: string | undefined;
await Promise.all(
  Array.from({ length: Number(count) }, async (_, number) => {
    const result = await runtime.exec(CODE, { engine: "lua", params: { number } });
    if (result.ok && result.value === [...`question ${number}`].toReversed().join("")) return;
    wrong += 1;
    firstError ??= result.ok ? String(result.value) : `${result.error.code}: ${result.error.message}`;
  }),
);
delay.disable();
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(cpu);
const rss = process.memoryUsage.rss();
const worker = await delays("return bench.delay()");
const supervisor = [delay.percentile(50), delay.percentile(99), delay.max].map((nanoseconds) => nanoseconds / 1e6);
console.log(JSON.stringify({ wrong, firstError, seconds, cpuSeconds: (user + system) / 1e6, rss, supervisor, worker }));
