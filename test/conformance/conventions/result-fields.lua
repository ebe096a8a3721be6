local stat = fs.stat(".")
local names = {}
for name in pairs(stat) do names[#names + 1] = text.camel_case(name) end
state.set("stat", { mine = 1, is_file = "mine", isFile = "mine too" })
return {
  names = data.sort_by(names),
  own_spelling = { stat.is_file, stat.is_directory },
  untouched = state.get("stat"),
  nested = llm.complete("Say exactly: x").usage.cached_tokens,
}
