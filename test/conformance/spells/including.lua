local first = spells.include("parts/part.lua")
local again = spells:include("parts/part")
local _, missing = pcall(spells.include, "parts/nothing.lua")
local _, outside = pcall(spells.include, "../../../package.json")
local _, foreign = pcall(spells.include, "parts/double.js")
return {
  counts = { first.count, again.count, counted }, works = first.double(21),
  codes = { missing.code, outside.code, foreign.code },
}
