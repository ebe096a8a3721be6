const code = (fn) => { try { fn(); return undefined; } catch (error) { return error.code; } };
const made = session.create({ id: "one", name: "first", tags: ["a"] });
session.create({ id: "two" });
session.addMessage("one", { role: "user", content: "hi" });
session.addMessage("one", "plain");
const saved = session.save("one", { tags: ["b", "c"], metadata: { maxTokens: 1 } });
const suspended = session.suspend("one").status;
const refused = code(() => session.addMessage("one", "late"));
const resumed = session.resume("one").status;
const replay = session.replay("one");
const completed = session.complete("one").status;
const kept = state.create({ scope: "session", session: "one", data: { n: 1 } });
kept.addMessage("m");
const other = state.create({ scope: "session", session: "two", data: { n: 2 } });
return {
  made: [made.id, made.name, made.status, made.tags, made.messages],
  saved: [saved.name, saved.tags, saved.metadata.maxTokens, saved.messages, saved.runs.length, saved.runs[0] === spell.runId],
  status: [suspended, refused, resumed, completed],
  load: session.load("one"),
  replay: [replay.length, replay[1].message, replay[0].run === spell.runId, replay[0].at > 0],
  get: session.get("one").status,
  lists: [session.list().length, session.list({ tag: "b" }).length, session.list({ status: "completed" }).length, session.list({ limit: 1 }).length],
  codes: [code(() => session.get("none")), code(() => session.create({ id: "one" })), code(() => session.resume("one")), code(() => session.save("one", { unknown: 1 }))],
  deleted: [session.delete("one"), session.delete("one"), session.list().length],
  state: [kept.get("n"), kept.messages().length, other.get("n")],
};
