local function code(fn, ...)
  local ok, err = pcall(fn, ...)
  return ok and "none" or err.code
end
local failures, tried = 0, {}
local function flaky(name)
  tried[name] = (tried[name] or 0) + 1
  if tried[name] < 3 then error("not yet") end
  return name
end
hooks.use("retry", { any = true, delay_ms = 1 })
tools.create({ name = "shaky", execute = function() return flaky("tool") end })
local tool = tools.execute("shaky", {})
local flow = workflow.create({ name = "flow", steps = { { name = "one", fn = function() return flaky("step") end } } })
local flowed = flow:run().output
hooks.unregister("retry")

hooks.use("retry", { any = true, delay_ms = 1, max = 1 })
local clerk = agent.create({ name = "clerk", retries = 0, guardrails = { { name = "picky", on = "output", check = function(value)
  failures = failures + 1
  return failures > 2 or "not good"
end } } })
local said = tostring(clerk:run("hi"))
local info
for _, each in ipairs(hooks.list("onError")) do if each.name == "retry" then info = each.info.retries end end
hooks.unregister("retry")

hooks.use("rate_limit", { max = 1, window_ms = 30 })
local began = time.now()
llm.chat("one")
async.all({ async.spawn(function() llm.chat("two") end), async.spawn(function() llm.chat("three") end) })
local took = time.now() - began >= 55
local waited = hooks.list("beforeGenerate")[1].info.waited
hooks.unregister("rateLimit")
hooks.use("rateLimit", { max = 1, windowMs = 60000, wait = false })
llm.chat("four")
local refused = code(llm.chat, "five")
hooks.unregister("rateLimit")

local states = {}
events.on("hook.*", function(e) states[#states + 1] = e.type end)
hooks.register("afterToolCall", function() time.sleep(60000) end, { name = "slow", deadline_ms = 5 })
for _ = 1, 3 do tools.execute("shaky", {}) end
states[#states + 1] = hooks.list("afterToolCall")[1].state
tools.execute("shaky", {})
states[#states + 1] = tostring(hooks.list("afterToolCall")[1].calls)
hooks.enable("slow")
states[#states + 1] = hooks.list("afterToolCall")[1].state
hooks.unregister("slow")
hooks.register("beforeToolCall", function() time.sleep(60000) end, { name = "gate", deadline_ms = 5 })
local gated = {}
for _ = 1, 4 do gated[#gated + 1] = code(tools.execute, "shaky", {}) end
hooks.unregister("gate")

local near = {}
for _, wrong in ipairs({
  function() hooks.use("retry", { mxa = 1 }) end,
  function() hooks.use("rate_limit", { max = 1, window = 5 }) end,
  function() hooks.use("retry", { max = "many" }) end,
  function() guardrails.add({ check = "pattern", options = { patern = "x" } }) end,
}) do
  local _, err = pcall(wrong)
  near[#near + 1] = err.code .. " " .. err.message
end
return { tool = tool, flowed = flowed, tried = { tried.tool, tried.step }, said = #said > 0, info = info,
  took = took, waited = waited, refused = refused, states = states, gated = gated, near = near }
