local kinds = data.map(params.values, util.type_of)
local ch = channel.new(20)
for _, value in ipairs(params.values) do ch:send(value) end
local back = {}
for i = 1, #params.values do back[i] = ch:receive() end
local seen = {}
data.each(params.values, function(value) seen[#seen + 1] = value end)
return { kinds = kinds, values = params.values, back = back, seen = seen }
