local function code(fn, ...)
  local ok, problem = pcall(fn, ...)
  return ok and "fine" or problem.code
end
local desk = agent.create({
  name = "desk", id = "draft", max_steps = 3, metadata = { my_key = 1 }, tools = { "lookup" }, handoffs = { "billing" },
  stop_when = function() return false end,
})
local config = desk:config()
local refused = code(agent.save, desk, "desk.json")
config.id = "desk"
local plain = agent.create(config)
local missing = { code(plain.run, "hi") }
tools.create({ name = "lookup", execute = function() return 1 end })
missing[2] = code(plain.run, "hi")
agent.create({ name = "billing" })
plain:run("I am Ada.")
plain:state():set("seen", 3)
agent.save(plain, "desk.json")
agent.remove(plain)
local loaded = agent.load("desk.json")
local answer = tostring(loaded:run("Who am I?"))
local names = {}
for _, tool in ipairs(loaded:tools()) do names[#names + 1] = tool.name end
local billing = loaded:handoff("billing")
local knew = #billing:conversation()
return {
  config = {
    max_steps = config.max_steps, metadata = config.metadata, tools = config.tools,
    handoffs = { config.handoffs[1].agent }, functions = config.stop_when == nil,
  },
  refused = refused,
  missing = missing,
  loaded = { answer = answer, turns = #loaded:conversation(), seen = loaded:state():get("seen"), tools = names, steps = loaded:config().max_steps },
  handed = { answer = tostring(billing:run("And 17?")), knew = knew },
}
