local partials = {}
local schema = { type = "object", properties = { name = { type = "string" }, age = { type = "integer" } }, required = { "name", "age" } }
local value = llm.stream_object({ prompt = "who", schema = schema }, function(partial) partials[#partials + 1] = partial end)
local _, failed = pcall(llm.stream_object, "who else", function() end, { schema = schema })
return { value = value, grew = #partials > 1, last = partials[#partials], code = failed.code }
