local jobs, done = channel.new(2), channel.create()
local producer = async.spawn(function()
  for i = 1, 4 do jobs:send(i) end
  jobs:close()
end)
local worker = async.spawn(function()
  local total = 0
  for job in jobs do total = total + job end
  done:send({ total = total })
end)
local result = done:receive()
producer:await()
worker:await()
local _, closed = pcall(jobs.send, 9)
local _, empty = pcall(function() done:send(nil) end)
local box = channel.new(1)
local tried = { box:try_send("a"), box:try_send("b") }
local lengths = { box:length() }
local taken = { box:try_receive(), util.type_of(box:try_receive()) }
lengths[2] = box:length()
local quick = channel.new(1)
async.spawn(function()
  async.sleep(5)
  quick:send("first")
end)
local chosen = channel.select({ quick = quick, box = box })
return {
  total = result.total,
  after = { jobs:closed(), util.type_of(jobs:receive()), done:closed() },
  closed = closed.code,
  empty = empty.code,
  tried = tried,
  lengths = lengths,
  taken = taken,
  capacity = box.capacity,
  chosen = { chosen.name, chosen.value, chosen.closed },
}
