local order = {}
local first = async.spawn(function()
  for i = 1, 3 do
    order[#order + 1] = "a" .. i
    async.sleep(10)
  end
end)
local second = async.spawn(function()
  async.sleep(5)
  for i = 1, 3 do
    order[#order + 1] = "b" .. i
    async.sleep(10)
  end
end)
first:await()
second:await()
return order
