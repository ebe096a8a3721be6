local chat = llm.chat("Say exactly: hello")
local response = llm.complete({ model = "offline", messages = {
  { role = "system", content = "Be brief." },
  { role = "user", content = { { type = "text", text = "What is 17 * 23?" } } },
} })
local called = llm.complete("Use the weather tool for Paris", {
  tools = { { name = "weather", description = "Weather of a city", parameters = { city = { type = "string", required = true } } } },
})
local call = called.tool_calls[1]
local told = llm.complete({ messages = {
  { role = "user", content = "Use the weather tool for Paris" },
  called.message,
  { role = "tool", tool_call_id = call.id, content = "sunny" },
} })
local _, nothing = pcall(llm.complete, {})
local _, option = pcall(llm.chat, "x", { maxTokns = 5 })
return {
  chat = tostring(chat),
  content = response.content,
  role = response.message.role,
  usage = response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens and response.usage.input_tokens > 0,
  cost = response.cost,
  model = { response.model, response.provider, response.finish_reason },
  latency = response.latency_ms >= 0,
  call = { call.name, call.arguments.city, called.finish_reason },
  told = tostring(told),
  codes = { nothing.code, option.code },
}
