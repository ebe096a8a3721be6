local calls = {}
local function remember(value) calls[#calls + 1] = value return value end
local ch = channel.new(1)
ch:send(remember)
local received = ch:receive()
received("through a channel")
local store = state.create()
local watch = store:watch("", function(value, _, path)
  async.sleep(1)
  remember(value.a.b)
end)
store:set("a.b", 1)
watch:stop()
store:set("a.c", 2)
data.each({ 1 }, function() data.each({ "nested" }, remember) end)
local waited = data.map({ 3, 1 }, function(x)
  async.sleep(x)
  return x * 2
end)
local handed = data.map({ function(x) return x + 1 end }, function(f) return f(1) end)
return { calls = calls, same = received == remember, waited = waited, handed = handed }
