const talk = llm.session({ system: "Be kind.", messages: [{ role: "user", content: "before" }, { role: "assistant", content: "yes" }] });
const first = await talk.send("Say exactly: hello");
const fork = talk.fork();
await fork.send("Say exactly: forked");
const pieces = [];
const streamed = await talk.stream("Say exactly: a b", (piece) => { pieces.push(piece); });
talk.add({ role: "user", content: "noted" });
const history = talk.history();
const used = talk.usage();
talk.clear();
return {
  first: String(first),
  streamed: [String(streamed), pieces.join("")],
  fork: data.map(fork.history(), (message) => `${message.role}: ${message.content}`),
  history: data.map(history, (message) => `${message.role}: ${message.content}`),
  usage: used.usage.totalTokens > fork.usage().usage.totalTokens,
  cleared: talk.history().length,
};
