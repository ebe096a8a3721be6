local changes = {}
state:set("user.name", "Ada")
state:set("user.max_tokens", 5)
state:set("list", { 1, 2 })
local watch = state:watch("user", function(value, before, path)
  changes[#changes + 1] = path .. "=" .. value.name .. " was " .. before.name
end)
state:set("user.name", "Bob")
watch:stop()
state:set("user.name", "Cy")
local counted = state:update("count", function(now) return (now or 0) + 1 end)
local first = state:snapshot()
state:save("named")
local atomic = state:atomic(function()
  state:set("count", 10)
  return "done"
end)
local _, undone = pcall(state.atomic, function()
  state:set("count", 99)
  error({ code = "my.error", message = "back" })
end)
local after_failure = state:get("count")
local versions = state:versions()
local valid = state:validate({ type = "object", required = { "user" } })
local invalid = state:validate({ type = "object", properties = { count = { type = "string" } } })
local result = {
  get = { state:get("user.name"), state:get("user.max_tokens"), state:get("list.1"), state:get("no.way", "fallback") },
  nothing = util.type_of(state:get("nothing")),
  has = { state:has("user.name"), state:has("user.nope") },
  keys = state:keys("user"),
  values = state:values("user"),
  entries = state:entries("user"),
  changes = changes,
  counted = counted,
  atomic = { atomic, undone.code, after_failure },
  versions = { first, #versions, versions[2].name },
  valid = { valid.valid, #valid.errors, invalid.valid, invalid.errors[1].path },
  delete = { state:delete("list"), state:delete("list"), state:has("list") },
  flat = state:transform({ type = "flatten" }):all(),
  picked = state:transform({ type = "pick", keys = { "user.name" } }):all(),
  custom = state:transform({ type = "custom", fn = function(all) return { n = all.count } end }):all(),
  clean = state:transform({ type = "sanitize", keys = { "name" }, replacement = "***" }):get("user.name"),
  merged = state:merge({ user = { name = "Zoe" }, extra = 1 }):all(),
  ours = state:merge({ user = { name = "Zoe" } }, { conflict_resolution = "ours" }):get("user.name"),
}
local _, conflict = pcall(state.merge, { user = { name = "Zoe" } }, { conflictResolution = "error" })
result.conflict = conflict.code
state:restore(first)
result.restored = state:get("count")
state:set("count", 7)
state:load("named")
result.loaded = { state:get("count"), state:get("user.name") }
result.saved = state:list()
state:set_metadata("author", "me")
state:add_artifact("report", { text = "x" })
state:add_message("hello")
state:add_message({ role = "user", content = "again" })
result.annex = { state:metadata("author"), state:metadata().author, state:artifacts("report").text, state:messages()[1], state:messages()[2].content }
local _, through_text = pcall(state.set, "user.name.deep", 1)
local _, no_version = pcall(state.restore, "unknown")
result.codes = { through_text.code, no_version.code }
result.all = state:all().count
state:clear()
result.cleared = state:keys()
return result
