local clerk = agent.create({ name = "clerk" })
local size = tools.create({ name = "size", parameters = { text = "string" }, execute = function(args) return #args.text end })
local flow = workflow.chain(clerk, size, function(data) return data.previous + 1 end)
local listed = workflow.create({ name = "listed", agents = { writer = {} }, steps = { { agent = "writr", prompt = "x" } } })
local me = workflow.create({ name = "me" })
me.add_step({ workflow = "me" })
local function said(fn, ...)
  local ok, problem = pcall(fn, ...)
  return ok and "fine" or problem.message
end
return {
  output = flow.run("go").output,
  agent = said(listed.run),
  inside = said(workflow.create({ name = "w", steps = { { name = "all", steps = { { name = "one", prompt = "{{ input.gone }}" } } } } }).run),
  circle = said(me.run),
  event = said(me.on, "step.finshed", function() end),
  filter = said(workflow.create, { name = "w", steps = { { prompt = "{{ a | uper }}" } } }),
  open = said(workflow.create, { name = "w", steps = { { prompt = "{{ a" } } }),
  dependency = said(workflow.dag, { name = "w", steps = { { name = "first", prompt = "x" }, { prompt = "x", depends_on = "frist" } } }),
}
