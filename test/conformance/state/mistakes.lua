local s = state.create({ data = { user = { name = "Ada" }, n = 1 } })
s:snapshot("first")
local function why(fn)
  local ok, err = pcall(fn)
  return ok and "fine" or { err.code, err.message, err.hint ~= nil }
end
local newer = state.create({ data = { a = 1 }, version = 3 })
local migrated = state.create({ data = { a = 1 }, migrations = { function() error("never") end } })
return {
  why(function() s:set("n.x", 1) end),
  why(function() s:keys("n") end),
  why(function() s:restore("frist") end),
  why(function() s:transform({ type = "fliter", keys = { "n" } }) end),
  why(function() newer:migrate(2, function(data) return data end) end),
  { newer:data_version(), newer:get("a"), migrated:data_version(), migrated:get("a") },
  { s:validate({ n = { type = "integer", required = true }, user = "object" }).valid, s:validate({ n = "string", user = "object" }).valid },
}
