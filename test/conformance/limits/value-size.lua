local _, large = pcall(json.encode, ("x"):rep(200000))
local deep = {}
for _ = 1, 300 do deep = { deep } end
local _, too_deep = pcall(json.encode, deep)
local cycle = {}
cycle.self = cycle
local _, circular = pcall(json.encode, cycle)
return { large.code, too_deep.code, circular.code, json.encode("small") }
