const r = await llm.complete("Say exactly: Hello, world");
fs.write("answer.txt", r);
const ch = channel.new(1);
await ch.send(r);
const received = await ch.receive();
return {
  joined: `a: ${r}!`,
  length: r.length,
  sub: r.substring(0, 5),
  upper: r.toUpperCase(),
  as_text: String(r),
  matches: r.match(/[a-z]+/i)[0],
  content: r.content,
  usage: r.usage.total_tokens > 0 && r.usage.total_tokens === r.usage.totalTokens,
  as_argument: text.upper(r),
  as_data: json.encode([r]),
  in_a_file: fs.read("answer.txt"),
  kind: util.typeOf(r),
  equal: r == "Hello, world",
  key: data.groupBy([r], (x) => x)["Hello, world"] !== undefined,
  again: String(await llm.chat("Say exactly: " + r.slice(7))),
  received: [String(received), received.finishReason],
  regex: regex.replace(r, "o", "0"),
};
