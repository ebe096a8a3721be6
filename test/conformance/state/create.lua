local one = state.create({ data = { a = { x = 1 }, list = { 1 } } })
local two = state.create({ persistence = "memory", data = { a = { y = 2 }, list = { 1, 2 } } })
local _, file = pcall(state.create, { persistence = "postgres" })
local _, scope = pcall(state.create, { scope = "global" })
local _, unknown = pcall(state.create, { persistance = "memory" })
return {
  apart = { one:has("a.y"), state.has("a") },
  deep = one:merge(two):all(),
  last = one:merge(two, { strategy = "last" }):all(),
  union = one:merge(two, { strategy = "union" }):get("list"),
  codes = { file.code, scope.code, unknown.code },
}
