local batch = llm.batch({ "one", { prompt = "two", model = "openai/other" }, { prompt = "overloaded", retries = 0 } }, { concurrency = 2 })
local compared = llm.compare({ "openai/a", "openai/busy" }, "hi", { retries = 0 })
local group = llm.fallback({ "openai/busy", "openai/spare" })
local _, refused = pcall(llm.chat, "overloaded", { retries = 0 })
return {
  batch = { tostring(batch[1]), tostring(batch[2]), batch[3].code, batch[3].retryable },
  compared = { compared[1].model, tostring(compared[1].answer), compared[2].model, compared[2].error.code },
  fallback = tostring(llm.fallback({ "openai/busy", "openai/spare" }, "hi", { retries = 0 })),
  group = { tostring(group:chat("again", { retries = 0 })), group:complete({ prompt = "whole", retries = 0 }).content },
  fastest = tostring(llm.fastest({ "openai/slow", "openai/quick" }, "race")),
  refused = { refused.code, refused.retryable, refused.details.provider },
}
