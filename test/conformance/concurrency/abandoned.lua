local _, late = pcall(async.timeout, 5, function() async.sleep(60000) end)
local race = async.race({ function() async.sleep(60000) end, function() return "first" end })
return { late.code, race }
