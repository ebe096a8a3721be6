local flow = workflow.create({
  name = "sum-up",
  input = { numbers = { type = "array", required = true }, title = "string" },
  steps = {
    { name = "total", fn = function(data)
      local sum = 0
      for _, number in ipairs(data.input.numbers) do sum = sum + number end
      return { sum = sum, list = data.input.numbers }
    end },
    { name = "text", fn = function(data) return data.params.text end, params = { text = "{{ title | upper }}: {{ total.output.sum }}" } },
    { name = "big", type = "condition", condition = "total.output.sum > 5 and not (title == 'none')" },
    { name = "rest", fn = function(data) return data.params end, params = "{{ steps.total.output.list }}" },
  },
  output = { text = "{{ text.output }}", big = "{{ big.output }}", list = "{{ rest.output }}" },
})
local first = flow.run({ numbers = { 1, 2, 3 }, title = "sum" })

local both = workflow.parallel({ name = "both", max_concurrency = 2, steps = {
  { name = "slow", fn = function() util.sleep(2) return "slow" end },
  { name = "fast", fn = function() return "fast" end },
} })
local vote = workflow.parallel({ merge = "vote", steps = {
  function() return "Yes" end, function() return "no" end, function() return "yes" end,
} })
local custom = workflow.parallel({ merge = function(results) return results.a.output + results.b.output end, steps = {
  { name = "a", fn = function() return 1 end }, { name = "b", fn = function() return 2 end },
} })
local chosen = workflow.conditional({ switch = "input.kind", cases = { a = { { name = "as", fn = function() return "A" end } } },
  default = { { name = "other", fn = function() return "?" end } } })
local squares = workflow.loop({ items = "{{ input }}", as = "number", steps = { { name = "square", fn = function(data) return data.item * data.item end } } })
local counted = workflow.loop({ range = { to = 3 }, steps = { { fn = function(data) return data.item end } } })
local grown = workflow.loop({ loop = "until", condition = "last >= 8", steps = { { fn = function(data) return (data.last or 1) * 2 end } } })
local graph = workflow.dag({ steps = {
  { name = "c", fn = function(data) return data.params end, params = "{{ a.output }}{{ b.output }}" },
  { name = "a", fn = function() return "a" end },
  { name = "b", depends_on = "a", fn = function() return "b" end },
} })
local chained = workflow.chain(function() return { 2, 3 } end, squares)
local nested = workflow.create({ steps = { { name = "inner", workflow = "both" }, { name = "again", workflow = both } } })
local named = {}
for _, each in ipairs(workflow.templates()) do named[#named + 1] = each.name end
return {
  first = first.output, status = first.status, attempts = first.steps.total.attempts, timed = first.duration_ms >= 0,
  both = both.run().output, vote = vote.run().output, custom = custom.run().output,
  chosen = { chosen.run({ kind = "a" }).output, chosen.run({ kind = "b" }).output },
  squares = squares.run({ 1, 2, 3 }).output, counted = counted.run().output, grown = grown.run().output,
  graph = graph.run().output, chained = chained.run().output, nested = nested.run().output,
  known = workflow.get("both").name, none = workflow.get("none") == nil, listed = #workflow.list() > 5,
  registered = workflow.register("alias", { steps = { function() return "kept" end } }).run().output,
  template = workflow.template("vote").name, templates = named,
}
