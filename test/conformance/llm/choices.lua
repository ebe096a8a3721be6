local answers = {}
local function ask() answers[#answers + 1] = tostring(llm.chat("hi")) end
ask()
llm.set_model("other")
ask()
llm.set_provider("offline")
answers[#answers + 1] = llm.complete("hi").provider
llm.set_provider(nil)
ask()
local _, unknown = pcall(llm.set_provider, "nobody")
local _, mistyped = pcall(llm.find_models, { capabilities = { "tols" } })
local providers = data.key_by(llm.list_providers(), "name")
local cheap = llm.find_models({ capabilities = { "images" }, max_cost = 1000, min_context = 100000 })
local info = llm.model_info("openai/gpt-4o")
local estimate = llm.estimate_cost("hello world", { model = "openai/gpt-4o", output_tokens = 10 })
return {
  answers = answers,
  unknown = unknown.code,
  mistyped = mistyped.code,
  providers = { providers.openai.configured, providers.openai.is_default, providers.openai.variable },
  models = data.every(llm.list_models("anthropic"), function(model) return model.provider == "anthropic" end) and #llm.list_models("anthropic") > 0,
  found = #cheap > 0 and data.every(cheap, function(model) return model.context_window >= 100000 and data.contains(model.capabilities, "images") end),
  info = { info.id, info.name, info.known, info.context_window > 0, info.input_price > 0 },
  unheard = { llm.model_info("openai/unheard-of").known },
  tokens = { llm.count_tokens("hello world"), llm.count_tokens("") },
  messages = llm.count_tokens({ { role = "user", content = "hello world" } }) > llm.count_tokens("hello world"),
  estimate = { estimate.model, estimate.input_tokens, estimate.output_tokens, estimate.cost > 0 },
}
