local function deep(n) return 1 + deep(n + 1) end
local ok, failure = pcall(deep, 1)
return { ok, tostring(type(failure) == "table" and failure.code), json.encode({ 1 }) }
