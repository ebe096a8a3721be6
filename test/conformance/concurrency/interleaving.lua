local order = {}
local ping, pong = channel.new(), channel.new()
local first = async.spawn(function()
  for i = 1, 3 do
    order[#order + 1] = "a" .. i
    ping:send(i)
    pong:receive()
  end
end)
local second = async.spawn(function()
  for _ = 1, 3 do
    local i = ping:receive()
    order[#order + 1] = "b" .. i
    pong:send(i)
  end
end)
first:await()
second:await()
return order
