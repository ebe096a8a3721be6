local store = state.create({ data = { list = { 0 }, count = 0 } })
local changes = {}
store:set("user.name", "Ada")
store:set("user.max_tokens", 5)
store:set("list", { 1, 2 })
local watch = store:watch("user", function(value, before, path)
  changes[#changes + 1] = path .. "=" .. value.name .. " was " .. before.name
end)
store:set("user.name", "Bob")
watch:stop()
store:set("user.name", "Cy")
local counted = store:update("count", function(now) return (now or 0) + 1 end)
local first = store:snapshot()
store:save("named")
local atomic = store:atomic(function()
  store:set("count", 10)
  return "done"
end)
local _, undone = pcall(store.atomic, function()
  store:set("count", 99)
  error({ code = "my.error", message = "back" })
end)
local after_failure = store:get("count")
local versions = store:versions()
local valid = store:validate({ type = "object", required = { "user" } })
local invalid = store:validate({ type = "object", properties = { count = { type = "string" } } })
local result = {
  get = { store:get("user.name"), store:get("user.max_tokens"), store:get("list.1"), store:get("no.way", "fallback") },
  nothing = util.type_of(store:get("nothing")),
  has = { store:has("user.name"), store:has("user.nope") },
  keys = store:keys("user"),
  values = store:values("user"),
  entries = store:entries("user"),
  changes = changes,
  counted = counted,
  atomic = { atomic, undone.code, after_failure },
  versions = { first, #versions, versions[2].name },
  valid = { valid.valid, #valid.errors, invalid.valid, invalid.errors[1].path },
  delete = { store:delete("list"), store:delete("list"), store:has("list") },
  flat = store:transform({ type = "flatten" }):all(),
  picked = store:transform({ type = "pick", keys = { "user.name" } }):all(),
  custom = store:transform({ type = "custom", fn = function(all) return { n = all.count } end }):all(),
  clean = store:transform({ type = "sanitize", keys = { "name" }, replacement = "***" }):get("user.name"),
  merged = store:merge({ user = { name = "Zoe" }, extra = 1 }):all(),
  ours = store:merge({ user = { name = "Zoe" } }, { conflict_resolution = "ours" }):get("user.name"),
}
local _, conflict = pcall(store.merge, { user = { name = "Zoe" } }, { conflictResolution = "error" })
result.conflict = conflict.code
store:restore(first)
result.restored = store:get("count")
store:set("count", 7)
store:load("named")
result.loaded = { store:get("count"), store:get("user.name") }
result.saved = store:list()
store:set_metadata("author", "me")
store:add_artifact("report", { text = "x" })
store:add_message("hello")
store:add_message({ role = "user", content = "again" })
result.annex = { store:metadata("author"), store:metadata().author, store:artifacts("report").text, store:messages()[1], store:messages()[2].content }
local _, through_text = pcall(store.set, "user.name.deep", 1)
local _, no_version = pcall(store.restore, "unknown")
result.codes = { through_text.code, no_version.code }
result.all = store:all().count
store:clear()
result.cleared = store:keys()
return result
