local ok, failure = pcall(fs.read, "nowhere.txt")
local _, inner = pcall(function() json.decode("{") end)
local _, timed_out = pcall(async.timeout, 5, function() async.sleep(50) end)
local _, input = pcall(http.get, "no address")
return {
  ok = ok,
  kind = util.type_of(failure),
  code = failure.code,
  message = text.contains(failure.message, "nowhere.txt"),
  as_text = text.contains(tostring(failure), failure.message),
  retryable = failure.retryable,
  details = inner.details.offset,
  timed_out = { timed_out.code, timed_out.retryable, timed_out.details.ms },
  input = { input.code, input.retryable },
}
