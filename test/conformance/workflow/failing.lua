local function caught(fn, ...)
  local ok, problem = pcall(fn, ...)
  return ok and "fine" or problem.code
end
local tries, undone = 0, {}
local retried = workflow.create({ steps = {
  { name = "flaky", retry = { max_attempts = 3, base_delay = 1, backoff = "linear" }, fn = function(data)
    tries = tries + 1
    if data.attempt < 3 then error("not yet") end
    return "third"
  end },
} })
local function undo(name) return { fn = function() undone[#undone + 1] = name end } end
local saga = workflow.create({ name = "saga", steps = {
  { name = "one", fn = function() return 1 end, compensate = undo("one") },
  { name = "two", fn = function() return 2 end, compensate = undo("two") },
  { name = "three", fn = function() error({ code = "my.code", message = "no" }) end },
} })
local ok, problem = pcall(saga.run)
local quiet = saga.run({}, { throw_on_error = false })
local handled = workflow.create({ steps = {
  { name = "skipped", condition = "input.never", fn = function() return "no" end },
  { name = "shrugged", on_error = "continue", fn = function() error("x") end },
  { name = "ignored", on_error = "skip", fn = function() error("x") end },
  { name = "valued", fallback_value = "instead of {{ error.code }}", fn = function() error({ code = "a.b", message = "x" }) end },
  { name = "replaced", fallback = { fn = function() return "other" end }, fn = function() error("x") end },
  { name = "late", timeout = 5, on_error = "continue", fn = function() util.sleep(60000) end },
  { name = "watched", on_failure = "alarm", on_error = "continue", fn = function() error("x") end },
  { name = "alarm", fn = function() return "rung" end },
} }).run()
local states = {}
for name, step in pairs(handled.steps) do states[name] = step.status end
return {
  retried = retried.run().output, tries = tries,
  code = problem.code, step = problem.details.step, inner = problem.details.error.code, steps = problem.details.steps.two.status,
  undone = undone, quiet = quiet.status, quiet_error = quiet.error.step,
  states = states, valued = handled.steps.valued.output, replaced = handled.steps.replaced.output,
  late = handled.steps.late.error.code, alarm = handled.steps.alarm.output,
  cycle = caught(workflow.dag, { steps = { { name = "a", prompt = "x", depends_on = "b" }, { name = "b", prompt = "{{ a.output }}" } } }),
  missing = caught(workflow.create, { steps = { { name = "a", prompt = "{{ steps.b.output }}" } } }),
  template = caught(workflow.create, { steps = { { name = "a", prompt = "{{ a | }}" } } }),
  nothing = caught(workflow.create, { steps = { { name = "a" } } }),
  twice = caught(workflow.create, { steps = { { name = "a", prompt = "x" }, { name = "a", prompt = "x" } } }),
  unknown = caught(workflow.create({ steps = { { workflow = "nowhere", on_error = "fail" } } }).run),
  input = caught(workflow.create({ input = { n = { type = "integer", required = true } }, steps = {} }).run, {}),
  endless = caught(workflow.loop({ condition = true, max_iterations = 5, steps = { { fn = function() end } } }).run),
}
