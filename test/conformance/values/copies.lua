local list = { 1, 2 }
state.set("list", list)
list[3] = 3
local stored = state.get("list")
stored[1] = "changed"
local seen
data.each({ list }, function(item)
  item[1] = "changed in a callback"
  seen = item
end)
return { stored = state.get("list"), own = list, seen = seen }
