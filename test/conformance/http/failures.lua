local s = params.server
local function code_of(fn, ...)
  local ok, failure = pcall(fn, ...)
  return ok and "none" or failure.code, not ok and failure.retryable
end
local slow, again = code_of(http.get, s .. "/slow", { timeout_ms = 30 })
local host, host_again = code_of(http.get, "http://example.com/")
return {
  slow = { slow, again },
  host = { host, host_again },
  port = (code_of(http.get, "http://127.0.0.1:9/")),
  address = (code_of(http.get, "ftp://x/")),
  two_bodies = (code_of(http.post, s .. "/echo", { body = "x", json = { 1 } })),
  get_body = (code_of(http.get, s .. "/echo", { body = "x" })),
  unknown_option = (code_of(http.get, s .. "/echo", { header = {} })),
  no_json = (code_of(function() return http.get(s .. "/text"):json() end)),
}
