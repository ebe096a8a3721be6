const calls = metrics.counter("calls", { description: "Calls of tools", unit: "{call}" });
calls.add();
calls.add(2, { tool: "search" });
calls.add(3, { tool: "search" });
const queue = metrics.gauge("queue.length");
queue.set(5);
queue.add(-2);
const sizes = metrics.histogram("sizes", { buckets: [10, 100], unit: "By" });
sizes.record(10);
sizes.record(11);
sizes.record(1000);
const code = (fn) => { try { fn(); return undefined; } catch (error) { return error.code; } };
const timer = metrics.timer("work");
const answer = timer.time(() => "done", { kind: "sum" });
const failed = code(() => timer.time(() => { throw Object.assign(new Error("no"), { code: "my.error" }); }));
timer.record(20);
const watch = timer.start({ kind: "watch" });
const elapsed = watch.stop();
metrics.record("tool_usage", { tool: "search", duration: 45.2, success: true });
metrics.record("tool_usage", { tool: "search", duration: 4, success: true });
const usage = metrics.get("tool_usage");
const durations = metrics.get("tool_usage.duration");
const histogram = metrics.get("sizes");
const work = metrics.get("work");
const result = {
  counter: [calls.value(), calls.value({ tool: "search" }), calls.name, metrics.get("calls").unit],
  gauge: queue.value(),
  histogram: [histogram.kind, histogram.points[0].bucketCounts, histogram.points[0].sum, histogram.points[0].max],
  timer: [answer, failed, work.unit, work.points.length, elapsed >= 0, watch.stop() === elapsed],
  recorded: [usage.points[0].value, usage.points[0].attributes.tool, usage.points[0].attributes.success, durations.points[0].count],
  names: metrics.list(),
  snapshot: metrics.snapshot().length,
  unknown: util.typeOf(metrics.get("unknown")),
  codes: [
    code(() => metrics.gauge("calls")),
    code(() => metrics.counter("not a name")),
    code(() => calls.add(-1)),
    code(() => calls.add(1, { deep: { a: 1 } })),
    code(() => { for (let i = 0; i < 3000; i++) calls.add(1, { user: `u${i}` }); }),
  ],
};
metrics.reset("calls");
result.reset = [calls.value(), queue.value()];
metrics.reset();
result.empty = [metrics.snapshot().length, metrics.list().length];
return result;
