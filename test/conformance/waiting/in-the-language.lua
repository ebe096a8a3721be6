local function slow(x)
  async.sleep(1)
  return x
end
local words = { "pear", "fig", "apple" }
table.sort(words, function(a, b) return slow(a) < slow(b) end)
local replaced = ("a-b"):gsub("%a", function(letter) return slow(letter:upper()) end)
local items = {}
for item in (function()
  local n = 0
  return function()
    n = n + 1
    if n <= 2 then return slow(n) end
  end
end)() do items[#items + 1] = item end
local object = setmetatable({}, {
  __index = function(_, key) return slow("field " .. key) end,
  __call = function(_, x) return slow(x * 2) end,
  __tostring = function() return slow("shown") end,
})
local co = coroutine.wrap(function()
  coroutine.yield(slow("one"))
  return slow("two")
end)
local guarded = { pcall(function() slow() error("after waiting", 0) end) }
return {
  sorted = words,
  replaced = replaced,
  items = items,
  field = object.name,
  called = object(4),
  shown = tostring(object),
  coroutine = { co(), co() },
  guarded = guarded,
}
