local pool = llm.pool({ models = { "openai/a", "openai/b" } })
local turns = { tostring(pool:chat("1")), pool:complete({ prompt = "2" }).content, tostring(pool:chat("3")) }
local careful = llm.pool({ models = { "openai/busy", "openai/spare" }, strategy = "failover" })
local passed = tostring(careful:chat("hi", { retries = 0 }))
local stats = data.map(careful:stats(), function(member) return { member.name, member.calls, member.failures } end)
local provider = tostring(llm.pool({ providers = { "openai" }, strategy = "leastBusy" }):chat({ prompt = "hi", model = "chatty" }))
local models = { "openai/a", "openai/a", "openai/b" }
local majority = llm.consensus(models, "hi")
local weighted = llm.consensus(models, { prompt = "hi" }, { strategy = "weighted", weights = { ["openai/b"] = 5 } })
local group = llm.consensus(models, { strategy = "similarity" })
local votes = llm.consensus({ "openai/a", "openai/busy" }, "hi", { retries = 0 }).votes
local _, disagreed = pcall(llm.consensus, { "openai/a", "openai/b" }, "hi", { threshold = 0.9 })
return {
  turns = turns, strategy = pool.strategy, passed = passed, stats = stats, provider = provider:sub(-9),
  majority = { tostring(majority), math.floor(majority.agreement * 100 + 0.5) / 100, #majority.votes, majority.model },
  weighted = tostring(weighted), group = { "similarity", group:complete("hi").content == tostring(group:chat("hi")) and "a heard: hi" },
  failed = votes[2].error.code, disagreed = disagreed.code,
}
