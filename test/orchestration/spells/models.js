// Values while they stream, pools that pass over what is busy, a consensus, a session, the cache.
const partials = [];
const value = await llm.streamObject({ prompt: "who", schema: { name: "string", age: "integer" } }, async (partial) => {
  await util.sleep(1);
  partials.push(Object.keys(partial).length);
});
const pool = llm.pool({ models: ["openai/busy", "openai/spare"], strategy: "failover" });
const passed = String(await pool.chat("hi", { retries: 0 }));
const agreed = await llm.consensus(["openai/a", "openai/a", "openai/b"], "vote");
const talk = llm.session({ system: "Be brief." });
let text = "";
await talk.send("one");
await talk.stream("two", (piece) => {
  text += piece;
});
const parsed = structured.parse(text, { schema: { count: "integer" } });
cache.set("k", util.uuid());
console.log(partials.length > 0, passed);
return {
  value,
  passed,
  agreed: String(agreed),
  text,
  parsed,
  cached: cache.get("k").length,
  turns: talk.history().length,
};
