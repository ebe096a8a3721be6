local twice = spells.compose({ "parts/double.lua", { spell = "parts/double.js", params = { extra = 1 } } })
local known = {}
for _, each in ipairs(spells.list()) do
  if each.name == "tool" then
    known = { each.engine, each.version, each.description, #each.parameters, each.parameters[2].default }
  end
end
return { twice = twice:run({ n = 5 }).n, known = known }
