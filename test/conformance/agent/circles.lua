local self = agent.create({ name = "self" })
self:add_tool(self)
local _, problem = pcall(self.run, "go")
agent.create({ name = "left", handoffs = { "right" }, max_handoffs = 2 })
agent.create({ name = "right", handoffs = { "left" } })
local result = agent.run("left", "go")
return {
  code = problem.code,
  message = problem.message,
  text = tostring(result),
  handoffs = { result.handoffs[1].to, result.handoffs[2].to },
  refused = result.tool_calls[#result.tool_calls].code,
}
