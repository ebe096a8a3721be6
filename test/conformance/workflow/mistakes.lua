local function said(given)
  local ok, problem = pcall(workflow.create, given)
  return ok and "fine" or problem.code .. " " .. problem.message
end
local grown = workflow.create({ name = "grown", steps = { { name = "first", prompt = "x" } } })
grown.add_step({ name = "second", prompt = "{{ frist.output }}" })
local ok, problem = pcall(grown.run)
return {
  nearest = said({ name = "w", steps = { { name = "first", prompt = "x" }, { prompt = "{{ frist.output }}" } } }),
  input = said({ name = "w", input = { topic = "string" }, steps = { { prompt = "{{ topc }}" } } }),
  inside = said({ name = "w", steps = { { name = "all", steps = { { name = "one", prompt = "x" } } } }, output = "{{ one.output }}" }),
  field = said({ name = "w", steps = { { name = "a", prompt = "x" }, { prompt = "{{ a.ouput }}" } } }),
  agent = said({ name = "w", agents = { writer = { sytem = "x" } }, steps = { { agent = "writer" } } }),
  kind = said({ name = "w", input = { topic = "strng" }, steps = { { prompt = "x" } } }),
  known = said({ name = "w", steps = { { prompt = "{{ topic }} {{ ticket.status }} {{ input.a.output }}" } } }),
  validated = grown.validate()[1].message,
  before_run = problem.code,
}
