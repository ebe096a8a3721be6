// Events: handlers that wait and ask, waiting with and without a limit, recording, aggregates, spans and metrics.
const heard = [];
events.on("job.done", async (event) => {
  await util.sleep(event.n === 1 ? 4 : 1);
  heard.push([event.n, String(await llm.chat("job " + event.n))]);
});
events.on("note.*", (event) => {
  if (event.n < 3) events.emit("note.more", { n: event.n + 1 });
});
const totals = events.aggregate("job.done", { measure: "n" });
const recording = events.record({ pattern: "job.**", path: "jobs.jsonl" });
const ids = [];
async.spawn(async () => {
  for (const n of [1, 2, 3]) {
    await async.sleep(1);
    ids.push(events.emit("job.done", { n }));
  }
  await async.sleep(2);
  events.emit("note.written", { n: 1 });
});
const waited = await events.waitFor("note.more", {
  timeoutMs: 60_000,
  filter: async (event) => {
    await util.sleep(1);
    return event.n === 3;
  },
});
let code;
try {
  await events.waitFor("never.comes", 3);
} catch (error) {
  code = error.code;
}
await events.flush();
await trace.span("work", async () => {
  await util.sleep(1);
  metrics.counter("jobs").add(heard.length);
});
const kept = await recording.stop();
const again = await events.replay("jobs.jsonl", { where: { n: 2 } });
await events.flush();
console.log(heard.length, code);
return { heard, waited: waited.n, code, sum: totals.result().sum, kept: kept.map(({ n }) => n), again };
