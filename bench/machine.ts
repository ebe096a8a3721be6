import { availableParallelism, cpus, loadavg } from "node:os";

/** What the numbers depend on, in one line. */
export function describeMachine(date = new Date()): string {
  const model = cpus()[0]?.model.replace(/\s+/g, " ").trim() || "unknown processor";
  const load = loadavg()[0]?.toFixed(1) ?? "?";
  return `${date.toISOString().slice(0, 10)}, Node ${process.versions.node} (V8 ${process.versions.v8}), ${process.platform} ${process.arch}, ${availableParallelism()} cores (${model}), load ${load}`;
}
