local requests = channel.new()
local server = async.spawn(function()
  for request in requests do request.reply:send(request.n * 2) end
  return "served"
end)
local function ask(n)
  local reply = channel.new(1)
  requests:send({ n = n, reply = reply })
  return reply:receive()
end
local answers = async.all({ function() return ask(1) end, function() return ask(2) end })
requests:close()
local a, b = channel.new(1), channel.new(1)
b:send("ready")
local ready = channel.select({ a = a, b = b })
a:close()
local closed = channel.select({ a = a, b = b })
return { answers, server:await(), { ready.name, ready.value, ready.closed }, { closed.name, closed.closed } }
