const caught = async (promise) => { try { await promise; return undefined; } catch (error) { return error; } };
const [pieces, kinds, iterated] = [[], {}, []];
const whole = await llm.stream("Say exactly: one two three", async (piece, event) => {
  await async.sleep(1);
  pieces.push(piece);
  kinds[event.type] = true;
});
for await (const piece of llm.stream("Say exactly: one two three")) iterated.push(piece);
const stream = llm.stream("Say exactly: one two three", { model: "offline" });
const first = await stream.next();
const rest = await stream.response();
const withOptions = await llm.stream("Say exactly: x", { temperature: 0 }, () => {});
const dropped = await llm.stream("Say exactly: one two three");
await dropped.next();
await dropped.close();
const cut = await caught(dropped.response());
const broken = await caught(llm.stream("Say exactly: one two three", () => { throw Object.assign(new Error("stop"), { code: "my.stop" }); }));
return {
  whole: String(whole),
  pieces: pieces.join(""),
  several: pieces.length > 1,
  kinds,
  iterated: iterated.join(""),
  first: text.startsWith("one two three", first),
  rest: [String(rest), rest.finishReason, rest.usage.outputTokens > 0],
  with_options: String(withOptions),
  cut: cut.code,
  broken: broken.code,
};
