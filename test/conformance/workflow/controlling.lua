local seen, events = {}, {}
local flow = workflow.sequential({ name = "made" })
flow:add_step({ name = "b", fn = function() seen[#seen + 1] = "b" util.sleep(1) return "b" end })
flow:insert_step("b", { name = "a", fn = function() seen[#seen + 1] = "a" return "a" end })
flow:insert_step(1, { name = "x", fn = function() end })
flow:remove_step("x")
flow:on("step.finished", function(event) events[#events + 1] = event.step_name or event.step_name end)
local before = flow:status().status
local run = flow:start({ n = 1 })
local heard = 0
run:on("*", function() heard = heard + 1 end)
local paused = { run:pause(), run:pause(), run:status().status, flow:status().status }
async.spawn(function() util.sleep(1) run:resume() end)
local result = run:wait()
local second = flow:start()
flow:pause()
local resumed = flow:resume()
local cancelled = { flow:cancel("enough"), flow:cancel() }
local third = flow:start()
third:cancel("no more")
local ended = { second:wait().status, third:wait().status, third:wait().error.message, run:status().status }
local plain = workflow.create({ name = "plain", steps = { { name = "ask", prompt = "{{ q }}" }, { name = "next", tool = "calculator" } } })
local ok, problem = pcall(flow.to_json)
fs.write("plain.yaml", plain.to_yaml())
fs.write("plain.json", plain.to_json())
local from_yaml, from_json = workflow.from_file("plain.yaml"), workflow.from_file("plain.json")
return {
  before = before, paused = paused, order = table.concat(seen, ""), events = events[1] .. events[2], heard = heard > 0,
  result = result.output, resumed = resumed, cancelled = cancelled, ended = ended,
  problems = #plain.validate(), no_data = problem.code, same = from_yaml.to_json() == from_json.to_json(), name = from_yaml.name,
  mermaid = plain.to_mermaid():sub(1, 12), svg = plain.to_svg():sub(1, 4),
}
