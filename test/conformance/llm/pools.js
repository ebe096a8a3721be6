const pool = llm.pool({ models: ["openai/a", "openai/b"] });
const turns = [String(await pool.chat("1")), (await pool.complete({ prompt: "2" })).content, String(await pool.chat("3"))];
const careful = llm.pool({ models: ["openai/busy", "openai/spare"], strategy: "failover" });
const passed = String(await careful.chat("hi", { retries: 0 }));
const stats = careful.stats().map((member) => [member.name, member.calls, member.failures]);
const provider = String(await llm.pool({ providers: ["openai"], strategy: "leastBusy" }).chat({ prompt: "hi", model: "chatty" }));
const models = ["openai/a", "openai/a", "openai/b"];
const majority = await llm.consensus(models, "hi");
const weighted = await llm.consensus(models, { prompt: "hi" }, { strategy: "weighted", weights: { "openai/b": 5 } });
const group = await llm.consensus(models, { strategy: "similarity" });
const { votes } = await llm.consensus(["openai/a", "openai/busy"], "hi", { retries: 0 });
const disagreed = await llm.consensus(["openai/a", "openai/b"], "hi", { threshold: 0.9 }).catch((error) => error.code);
return {
  turns, strategy: pool.strategy, passed, stats, provider: provider.slice(-9),
  majority: [String(majority), Math.round(majority.agreement * 100) / 100, majority.votes.length, majority.model],
  weighted: String(weighted),
  group: ["similarity", (await group.complete("hi")).content === String(await group.chat("hi")) && "a heard: hi"],
  failed: votes[1].error.code, disagreed,
};
