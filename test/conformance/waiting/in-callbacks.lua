local order = {}
local function note(what) order[#order + 1] = what end
local function slow(x)
  async.sleep(1)
  note(x)
  return x
end
local sorted = data.sort_by({ 3, 1, 2 }, function(x) return slow(x) end)
local replaced = regex.replace("a1b2", "\\d", function(digit) return slow(digit) .. "!" end)
local updated = state.update("n", function(now) return (now or 0) + slow(1) end)
local nested = data.map({ "x" }, function(x)
  return data.map({ x, "y" }, function(y) return slow(x .. y) end)
end)
local atomic = state.atomic(function()
  state.set("k", slow("v"))
  return state.get("k")
end)
return { order = order, sorted = sorted, replaced = replaced, updated = updated, nested = nested, atomic = atomic }
