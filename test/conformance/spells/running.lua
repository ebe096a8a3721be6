local same = spells.run("parts/double.lua", { n = 2, snake_key = true }, { args = { "a" } })
local other = spells.run("parts/double.js", { n = 3 })
local by_name = spells.run("parts/double", { n = 4 })
local packaged = spells.run("tool", { who = "Ada" })
local function code(...) local ok, e = pcall(spells.run, ...) return e.code, e.message end
local failed = { pcall(spells.run, "parts/fails.lua") }
local foreign = { pcall(spells.run, "parts/fails.js") }
return {
  same = same, other = other, by_name = by_name.by == "lua", packaged = packaged,
  failed = { failed[2].code, failed[2].message, failed[2].details.snake_key },
  foreign = { foreign[2].code, foreign[2].message, foreign[2].details.snake_key },
  missing = (code("parts/nothing")), outside = (code("../values/x.lua")), wrong = (code("tool", {})),
  handed = (code("parts/double.lua", { f = function() end })),
  endless = (code("parts/itself.lua")),
}
