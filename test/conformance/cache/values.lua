local made = 0
local function make()
  made = made + 1
  async.sleep(5)
  return { n = made, max_tokens = 1, maxTokens = 2 }
end
cache.set("a", { list = { 1, 2 } })
cache.set("short", "x", 1)
async.sleep(10)
local both = async.all({
  function() return cache.through("k", 60000, make) end,
  function() return cache.through("k", 60000, make) end,
})
local again = cache.through("k", 60000, make)
local _, failed = pcall(cache.through, "bad", 60000, function() error({ code = "my.error", message = "no" }) end)
local result = {
  a = cache.get("a"),
  fallback = cache.get("none", "fallback"),
  nothing = util.type_of(cache.get("none")),
  expired = cache.has("short"),
  has = cache.has("a"),
  both = { both[1].n, both[2].n },
  again = again,
  failed = { failed.code, cache.has("bad") },
  keys = cache.keys(),
  deleted = { cache.delete("a"), cache.delete("a") },
}
cache.set("k", nil)
result.removed = cache.has("k")
cache.set("z", 1)
cache.clear()
result.cleared = cache.keys()
return result
