local seen, codes = {}, {}
local function note(...) seen[#seen + 1] = { ... } end
tools.create({ name = "double", parameters = { n = "integer" }, execute = function(args) return args.n * 2 end })
local clerk = agent.create({ name = "clerk" })
local flow = workflow.create({ name = "flow", steps = { { name = "add", fn = function(data) return data.input.n + 1 end } } })

hooks.register({
  before_tool_call = function(ctx, name, input) note(ctx.point, name, input.n) return { n = input.n + 1 } end,
  after_tool_call = function(_, _, _, output) return output + 100 end,
  before_agent_run = function(ctx, name) note(ctx.point, name) end,
  after_agent_run = function(ctx, name) note(ctx.point, name) end,
  before_workflow = function(ctx, name, input) note(ctx.point, name, input.n) return { n = input.n * 10 } end,
  after_workflow = function(ctx, name, _, result) note(ctx.point, name, result.output) end,
  before_step = function(ctx, name) note(ctx.point, name) end,
  after_step = function(ctx, name, _, result)
    note(ctx.point, name, result)
    if ctx.attempt < 2 then return { retry = true } end
    return result + 0.5
  end,
}, { name = "all" })
local doubled = tools.execute("double", { n = 3 })
local said = tostring(clerk:run("hi"))
local flowed = flow:run({ n = 4 }).output
hooks.unregister("all")

local work = {
  { "beforeToolCall", function() return tools.execute("double", { n = 1 }) end },
  { "beforeAgentRun", function() return clerk:run("hi") end },
  { "beforeWorkflow", function() return flow:run({ n = 1 }) end },
  { "beforeStep", function() return flow:run({ n = 1 }) end },
}
for _, each in ipairs(work) do
  hooks.register(each[1], function() return { block = "closed" } end, { name = "stop" })
  local _, err = pcall(each[2])
  codes[#codes + 1] = err.code
  hooks.unregister("stop")
end
hooks.register("beforeToolCall", function() return { replace = 7 } end, { name = "instead" })
hooks.register("beforeStep", function() return { replace = 8 } end, { name = "other" })
local replaced = { tools.execute("double", { n = 1 }), flow:run({ n = 1 }).output }
return { seen = seen, codes = codes, doubled = doubled, said = said, flowed = flowed, replaced = replaced }
