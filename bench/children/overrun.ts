/**
 * Runs every hang of the test suite under a short deadline, beside a spell that waits now and then, and prints how late
 * each ended, how far the process's memory rose, and whether the other spell answered right.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { HANGS } from "../../test/hangs/catalogue.ts";
import { loadLibrary } from "../product.ts";

/** Enough for the memory bombs to get to their limit; the deadline of the hangs. */
const DEADLINE_MS = 400;
const MEMORY_BYTES = 64 * 1024 * 1024;

const COMPANION = `
local sum = 0
for i = 1, 20 do util.sleep(10) sum = sum + i end
return sum`;

const { createRuntime } = await loadLibrary();
const runtime = createRuntime({ limits: { memoryBytes: MEMORY_BYTES } });

/** Peak resident bytes since `resetPeak`; without Linux's counters, the present ones. */
function peakBytes(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
  } catch {
    return process.memoryUsage.rss();
  }
}

function resetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // The peak since the start is an upper bound.
  }
}

const ended: { name: string; engine: string; code: string; lateMs: number; growth: number; companionRight: boolean }[] =
  [];
for (const { name, engine, code } of HANGS) {
  const warm = await runtime.exec("return 1", { engine });
  if (!warm.ok) throw warm.error;
  const companion = runtime.exec(COMPANION, { engine: "lua" });
  await sleep(20);
  const before = process.memoryUsage.rss();
  resetPeak();
  const started = performance.now();
  const result = await runtime.exec(code, { engine, limits: { timeoutMs: DEADLINE_MS } });
  const lateMs = performance.now() - started - DEADLINE_MS;
  const growth = peakBytes() - before;
  const other = await companion;
  ended.push({
    name,
    engine,
    code: result.ok ? "ok" : result.error.code,
    lateMs,
    growth,
    companionRight: other.ok && other.value === 210,
  });
}
await runtime.shutdown();
console.log(JSON.stringify({ ended, memoryBytes: MEMORY_BYTES }));
