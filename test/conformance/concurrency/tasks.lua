local order = {}
local function job(name, ms)
  return function()
    async.sleep(ms)
    order[#order + 1] = name
    return name
  end
end
local task = async.spawn(function(a, b) async.sleep(1) return a + b end, 1, 2)
local all = async.all({ job("slow", 30), job("fast", 5), task })
local race = async.race({ job("loser", 60), job("winner", 1) })
local settled = async.settle({
  job("ok", 1),
  function() error({ code = "my.error", message = "no" }) end,
})
local _, all_failed = pcall(async.all, { function() error({ code = "my.all", message = "no" }) end, job("other", 1) })
local in_time = async.timeout(1000, function() return "in time" end)
local _, late = pcall(async.timeout, 5, function() async.sleep(50) end)
local nothing = { json.encode(async.all({})), json.encode(async.settle({})) }
return {
  sum = task:await(),
  all = all,
  first = order[1],
  race = race,
  settled = { settled[1].status, settled[1].value, settled[2].status, settled[2].reason.code },
  all_failed = all_failed.code,
  in_time = in_time,
  late = late.code,
  nothing = nothing,
}
