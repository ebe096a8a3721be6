local function names(list)
  local all = {}
  for _, each in ipairs(list) do all[#all + 1] = each.name end
  return all
end
local script = tools.load_file("parts/one.lua")
local data = tools.load_directory("kit")
local _, missing = pcall(tools.load_file, "nothing.yaml")
return {
  script = { names(script), tools.from_script(3) },
  data = { names(data), tools.welcome("ada") },
  missing = missing.code,
}
