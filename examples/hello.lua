-- Output, parameters and a result.
--
--   llmspell run examples/hello.lua --param name=Ada

local name = params.name or "world"
print("Hello, " .. name .. "!")
return { name = name, letters = utf8.len(name) }
