local result = {}
local places = { { scope = "spell" }, { persistence = "sqlite", path = "kept.db" }, { persistence = "file", path = "kept.json" } }
for _, place in ipairs(places) do
  place.data = { count = 1, sparse = { [5] = "five", [-1] = "minus" } }
  local one = state.create(place)
  place.data = nil
  local other = state.create(place)
  one:set("user.name", "Ada")
  one.set("bytes", "\0\255")
  one:set("float", 0.5)
  one:set("big", 9007199254740993)
  local counted = other:update("count", function(now) return now + 1 end)
  local atomic = one:atomic(function(tx)
    one:set("seen", one:get("count"))
    async.sleep(1)
    tx:set("again", tx:get("count"))
    return "done"
  end)
  local _, undone = pcall(one.atomic, one, function()
    other:set("count", 99)
    error({ code = "my.error", message = "back" })
  end)
  local _, outside = pcall(one.atomic, function() async.sleep(1) one:set("count", 0) end)
  local _, fn = pcall(one.set, "fn", { print })
  one:save("early")
  one:set("count", nil)
  one:set_metadata("owner", "me")
  one:add_artifact("report", { 1, 2 })
  one:add_message("hello")
  local sparse = other:get("sparse")
  result[#result + 1] = {
    keys = other:keys(),
    name = other:get("user.name"),
    bytes = other:get("bytes") == "\0\255",
    big = other:get("big") == 9007199254740993,
    sparse = { sparse[5], sparse[-1] },
    counted = counted,
    atomic = { atomic, one:get("seen"), one:get("again") },
    codes = { undone.code, outside.code, fn.code },
    annex = { other:metadata("owner"), other:artifacts("report")[2], other:messages()[1] },
    versions = other:list(),
    picked = other:transform({ type = "pick", keys = { "user" } }):all(),
    merged = other:merge({ user = { age = 36 } }):get("user"),
    valid = other:validate({ type = "object", required = { "user" } }).valid,
  }
  other:load("early")
  result[#result].loaded = one:get("count")
end
return result
