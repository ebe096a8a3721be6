// What outlives the run: a session, an artifact in versions, stored state.
const { id } = session.create({ name: "talk" });
const kept = state.create({ scope: "session", session: id });
for (const n of [1, 2, 3]) {
  session.addMessage(id, { role: "user", content: `question ${n}` });
  const answer = String(await llm.chat(`question ${n}`));
  session.addMessage(id, { role: "assistant", content: answer });
  artifact.store("report", answer, { session: id });
  kept.set("n", n);
  await util.sleep(1);
}
session.suspend(id);
console.log(kept.get("n"));
const last = artifact.get("report", { session: id }).content;
return {
  messages: session.load(id).slice(-1),
  last: typeof last === "string" ? last : last.length,
  status: session.get(id).status,
  n: kept.get("n"),
};
