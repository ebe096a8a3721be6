-- Several things at once in one spell: tasks, a channel, a deadline.

-- Workers take numbers from one channel and put squares into another.
local numbers, squares = channel.new(4), channel.new(4)
for _ = 1, 2 do
  async.spawn(function()
    for n in numbers do
      async.sleep(n)
      squares:send(n * n)
    end
  end)
end
async.spawn(function()
  for n = 1, 5 do numbers:send(n) end
  numbers:close()
end)

local sum = 0
for _ = 1, 5 do sum = sum + squares:receive() end
print("sum of squares: " .. sum)

-- The first that answers wins.
local winner = async.race {
  function() async.sleep(200) return "slow" end,
  function() async.sleep(1) return "quick" end,
}
print("winner: " .. winner)

-- What takes too long fails, and the failure can be caught.
local ok, problem = pcall(async.timeout, 5, function() async.sleep(1000) end)
print("in time: " .. tostring(ok) .. " (" .. problem.code .. ")")
