local function fetch()
  return http.get("http://example.com/")
end
local answer = fetch()
return answer
