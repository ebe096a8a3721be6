local tries, asked = 0, {}
local answer = util.retry(function(attempt)
  tries = attempt
  if attempt < 3 then error({ code = "http.network", message = "down", retryable = true }) end
  return "up after " .. attempt
end, { base_delay_ms = 1, jitter = false })
local once = 0
local _, final = pcall(util.retry, function()
  once = once + 1
  error({ code = "my.bug", message = "no" })
end, { baseDelayMs = 1 })
local any = util.retry(function(attempt)
  util.sleep(1)
  if attempt == 1 then error("plain") end
  return attempt
end, { retryIf = "any", baseDelayMs = 1 })
local _, last = pcall(util.retry, function(attempt) error({ code = "my.try" .. attempt, message = "x" }) end, {
  attempts = 5,
  base_delay_ms = 1,
  retry_if = function(error, attempt)
    asked[#asked + 1] = error.code
    return attempt < 2
  end,
})
return { tries = tries, answer = answer, once = once, final = final.code, any = any, last = last.code, asked = asked }
