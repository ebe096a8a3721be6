const session = llm.session({ system: "Be kind.", messages: [{ role: "user", content: "before" }, { role: "assistant", content: "yes" }] });
const first = await session.send("Say exactly: hello");
const fork = session.fork();
await fork.send("Say exactly: forked");
const pieces = [];
const streamed = await session.stream("Say exactly: a b", (piece) => { pieces.push(piece); });
session.add({ role: "user", content: "noted" });
const history = session.history();
const used = session.usage();
session.clear();
return {
  first: String(first),
  streamed: [String(streamed), pieces.join("")],
  fork: data.map(fork.history(), (message) => `${message.role}: ${message.content}`),
  history: data.map(history, (message) => `${message.role}: ${message.content}`),
  usage: used.usage.totalTokens > fork.usage().usage.totalTokens,
  cleared: session.history().length,
};
