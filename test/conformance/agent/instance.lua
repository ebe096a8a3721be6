local ada = agent.create({ name = "ada", system = "Be kind." })
local noop = function() return "" end
ada:add_tool({ name = "a", execute = noop })
ada:add_tools({ { name = "b", execute = noop } })
local function names() return data.map(ada:tools(), function(tool) return tool.name end) end
local all = names()
local removed = { ada:remove_tool("a"), ada:remove_tool("a") }
local events = {}
local finished = function(event) events[#events + 1] = event.type .. ":" .. event.text end
ada:on("started", function(event) events[#events + 1] = event.type end)
ada:on("finished", finished)
ada:run("My name is Ada.")
local off = ada:off("finished", finished)
ada:run("What is my name?")
local function said(who) return data.map(who:conversation(), function(message) return message.role .. ": " .. message.content end) end
local conversation = said(ada)
local copy = ada:clone({ name = "copy" })
local answer = tostring(copy:run("Who are you?"))
ada:state():set("n", 7)
local config = ada:config()
local metrics, history = ada:metrics(), ada:history()
local state = ada:state():get("n")
ada:clear()
local cleared = #ada:conversation()
ada:add_messages({ role = "user", content = "noted" })
local added = #ada:conversation()
ada:reset()
return {
  tools = all, removed = removed, left = names(), conversation = conversation, copy = answer, copied = said(copy),
  cleared = cleared, added = added, state = state,
  metrics = { metrics.runs, metrics.failed, metrics.steps, metrics.usage.total_tokens },
  history = { history[2].input, history[2].text, history[2].finish_reason }, events = events, off = off,
  config = { config.name, config.system }, reset = { ada:metrics().runs, #ada:conversation() },
}
