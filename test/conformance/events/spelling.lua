local seen, wrong = {}, {}
local function check(where, value)
  for key, item in pairs(value) do
    if type(key) == "string" and key:find("%u") then wrong[#wrong + 1] = where .. ": " .. key end
    if type(item) == "table" and key ~= "data" then check(where, item) end
  end
end
events.on("**", function(e)
  if e.type ~= "own.said" then seen[e.type] = true check(e.type, e) end
end)
local own
events.on("own.said", function(e) own = { e.stepName, e.step_name == nil, e.tool_name, e.data.stepName, e.run_id ~= nil, e.error } end)
events.emit("own.said", { stepName = "camel", tool_name = "snake", error = "text" })

local hooked = {}
hooks.register({
  after_agent_run = function(ctx, name, input, output)
    check("hook", ctx)
    hooked[#hooked + 1] = output.finish_reason
    output.text = output.text .. "!"
    return output
  end,
  after_workflow = function(ctx, name, input, output) hooked[#hooked + 1] = output.steps.one.duration_ms ~= nil end,
  before_generate = function(ctx, request) hooked[#hooked + 1] = request.max_tokens or json.null end,
})
guardrails.add({ check = "pii", action = "redact" })
local other = agent.create({ name = "other" })
local clerk = agent.create({
  name = "clerk", max_tokens = 99, handoffs = { other },
  tools = { { name = "noop", execute = function() return { camelCase = 1, snake_case = 2 } end } },
})
local heard = {}
clerk:on("step", function(e) for _, call in ipairs(e.step.tool_calls) do call.result = nil end check("agent.on", e) heard[#heard + 1] = e.step.finish_reason end)
local result = clerk:run("go")
local untouched = result.tool_calls[1].result
local flow = workflow.sequential({ name = "flow", steps = { { name = "one", fn = function() return 1 end } } })
flow:on("*", function(e) check("workflow.on", e) heard[#heard + 1] = e.step_name end)
flow:run()
local bad = workflow.sequential({ name = "bad", steps = {
  { name = "broken", retry = { max_attempts = 2, base_delay = 1 }, fn = function() error("no") end },
  { name = "after", fn = function() return 1 end },
} })
pcall(bad.run, bad)
pcall(tools.execute, "noop-not-there")
tools.create({ name = "failing", execute = function() error("no") end })
pcall(tools.execute, "failing")
pcall(fs.read, "../outside.txt")
events.flush()
local types = {}
for name in pairs(seen) do types[#types + 1] = name end
table.sort(types)
table.sort(wrong)
local read = events.history({ pattern = "workflow.step.*", where = { step_name = "one" } })
local first = events.history("tool.executed")[1]
return {
  own = own, wrong = table.concat(wrong, " "), types = types, hooked = hooked, heard = heard, text = tostring(result),
  untouched = { untouched.camelCase, untouched.snake_case }, read = #read, tool = first.tool_name,
}
