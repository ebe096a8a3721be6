local helper = agent.create({
  name = "helper",
  system = "You help.",
  tools = {
    {
      name = "add",
      description = "Adds two numbers.",
      parameters = { a = { type = "number", required = true }, b = { type = "number", required = true } },
      execute = function(args) return { sum = args.a + args.b } end,
    },
    "weather",
  },
})
-- Tools are found when the agent runs.
tools.create({ name = "weather", parameters = { city = { type = "string" } }, handler = function(args) return "sunny in " .. args.city end })
local result = helper:run("How much is 1 and 2, and how is the weather in Bern?")
local calls = data.map(result.tool_calls, function(call) return call.name .. ":" .. tostring(call.is_error) end)
local roles = data.map(result.messages, function(message) return message.role end)
return {
  text = tostring(result), length = #result, finish = result.finish_reason, steps = #result.steps,
  tokens = result.usage.total_tokens, calls = calls, codes = { result.tool_calls[3].code, result.tool_calls[4].code },
  sum = result.tool_calls[1].result.sum, roles = table.concat(roles, " "),
}
