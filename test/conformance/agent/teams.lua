local poet = agent.create({ name = "poet", system = "You rhyme.", description = "Writes a line." })
local counter = agent.create({ name = "counter", system = "You count." })
local lead = agent.create({
  name = "lead", system = "You lead.", sub_agents = { poet },
  tools = { counter:as_tool({ name = "numbers", description = "Counts." }) },
})
local result = lead:run("A line and a number.")
local helpers = data.map(result.tool_calls, function(call) return call.name .. "=" .. call.result end)
local billing = agent.create({ name = "billing", system = "You bill." })
local desk = agent.create({ name = "desk", system = "You greet.", handoffs = { { agent = billing, description = "Money." } } })
local answer = desk:run("My bill?")
local handoff = answer.handoffs[1]
local taken = desk:handoff("poet"):run("What do you know?")
return {
  text = tostring(result), tokens = result.usage.total_tokens, helpers = helpers,
  handoff = { tostring(answer), handoff.from .. ">" .. handoff.to .. ":" .. handoff.reason, answer.agent, #answer.steps },
  taken = tostring(taken), tools = data.map(desk:tools(), function(each) return each.name end),
}
