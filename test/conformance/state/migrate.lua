local first = state.create({ path = "s.json", data = { name = "Ada Lovelace" }, version = 1 })
local runs = 0
local options = {
  path = "s.json",
  migrations = {
    function(data)
      runs = runs + 1
      local given, family = data.name:match("(%S+) (%S+)")
      return { given = given, family = family }
    end,
    function(data)
      data.tags = json.decode("[]")
      return data
    end,
  },
  schema = { type = "object", required = { "given", "tags" } },
}
local second = state.create(options)
state.create(options)
local _, newer = pcall(state.create, { path = "s.json", version = 2 })
local _, missing = pcall(state.create, { path = "s.json", version = 5, migrations = { function(data) return data end } })
local _, unfit = pcall(state.create, { path = "s.json", version = 4, migrations = { function(d) return d end, function(d) return d end, function() return { given = 1 } end }, schema = { type = "object", required = { "family" } } })
local fresh = state.create({ path = "fresh.json", data = { a = 1 }, migrations = { function() error("never") end } })
state:set("n", 1)
local migrated = { fresh:migrate(2, function(data) return data end), state:migrate(2, function(data) return { n = data.n + 1 } end), state:migrate(2, function(data) return { n = data.n + 1 } end) }
return {
  all = second:all(),
  runs = runs,
  versions = { first:data_version(), fresh:data_version(), state:data_version() },
  codes = { newer.code, missing.code, unfit.code },
  kept = second:get("family"),
  fresh = fresh:get("a"),
  migrated = migrated,
  n = state:get("n"),
}
