-- HTTP, to hosts that the command line allows and no others.
--
--   llmspell run examples/http.lua --allow-net api.github.com
--   llmspell run examples/http.lua --allow-net localhost:8080 --param url=http://localhost:8080/

local url = params.url or "https://api.github.com/repos/nodejs/node"

local response = http.get(url, { headers = { accept = "application/json" }, timeout_ms = 10000 })
if not response.ok then error("the server answered " .. response.status) end
local body = response:json()
print(body.full_name .. ": " .. body.description)

local ok, problem = pcall(http.get, "https://example.org/")
print("another host: " .. (ok and "allowed" or problem.code))
