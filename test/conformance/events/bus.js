const seen = [];
const all = events.on("note.*", (e) => { seen.push([e.type, e.n]); });
events.once("note.*", (e) => { seen.push(["once", e.n]); });
events.on("note.written", (e) => { seen.push(["even", e.n]); }, { filter: (e) => e.n % 2 === 0 });
for (const n of [1, 2]) events.emit("note.written", { n, agent_id: "a" });
all.off();
events.emit("note.written", { n: 4 });
const off = events.off("note.written");
events.emit("note.written", { n: 6 });
const big = events.filter("note.written", (e) => e.n > 10);
big.on((e) => { seen.push(["big", e.n]); });
const totals = events.aggregate("note.written", { by: "who", measure: "n" });
const recording = events.record("note.**");
async.spawn(async () => {
  await async.sleep(2);
  events.emit("note.written", { n: 11, who: "x" });
  await async.sleep(2);
  events.emit("note.written", { n: 12, who: "y" });
});
const waited = (await events.waitFor("note.written", 5000)).n;
const filtered = (await big.waitFor()).n;
totals.stop();
const sums = totals.result();
const kept = recording.events().length;
const list = await recording.stop();
events.on("note.written", async (e) => { await async.sleep(1); seen.push(["again", e.n, e.replayed]); });
const replayed = await events.replay(list, { where: { who: "x" } });
await events.flush();
await llm.chat("hi");
const history = events.history({ pattern: "llm.*" }).map((e) => e.type);
const [done] = events.history({ pattern: "llm.finished", limit: 1 });
const codes = [];
for (const name of ["nope", "llm.finished"]) {
  try { events.emit(name); } catch (e) { codes.push(e.code); }
}
try { await events.waitFor("never.comes", 2); } catch (e) { codes.push(e.code); }
return {
  seen, off, waited, filtered, kept, replayed, history, codes,
  sums: [sums.count, sums.sum, sums.groups.x.count, sums.groups.y.max],
  pattern: big.pattern,
  tokens: done.usage.inputTokens > 0,
  done: [done.success, done.provider],
};
