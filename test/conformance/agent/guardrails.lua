local ran = 0
local write = { name = "write", execute = function(args) ran = ran + 1 return "wrote " .. args.text end }
local clerk = agent.create({
  name = "clerk", tools = { write },
  guardrails = {
    { check = "pii", action = "redact" },
    "secrets",
    { name = "no bombs", on = "tool", check = function(value) return not tostring(value.text or value):find("bomb") or "bomb" end },
  },
})
local first = tostring(clerk:run("I am bob@example.com"))
local acted = clerk:run("write").tool_calls
local calls = { { acted[1].is_error, acted[1].code }, { acted[2].is_error, acted[2].result } }
local streamed = ""
clerk:stream("go", function(text) streamed = streamed .. text end)
local _, refused = pcall(clerk.run, "key sk-" .. string.rep("aB3x", 8))
local free = tostring(agent.run(agent.create({}), "hi"))
local triggered = {}
for _, e in ipairs(events.history("guardrail.triggered")) do table.insert(triggered, { e.guardrail, e.stage }) end
return {
  first = first, calls = calls, ran = ran, streamed = streamed, free = free, triggered = triggered,
  refused = { refused.code, refused.details.guardrail, refused.details.stage },
}
