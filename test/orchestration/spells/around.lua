-- Hooks that change, retry, wait and cache; guardrails; a handler that cannot keep up.
local seen = {}
hooks.register("beforeGenerate", function(ctx, request)
  util.sleep(1)
  request.temperature = 0.5
  return { value = request, metadata = { id = util.uuid() } }
end, { name = "slow" })
hooks.register("afterGenerate", function(ctx, request, response)
  seen[#seen + 1] = ctx.attempt .. ":" .. tostring(#ctx.metadata.id)
  if tostring(response) == "again" and ctx.attempt < 2 then return { retry = true, delay_ms = 2 } end
end, { name = "again" })
hooks.use("cache", { ttl_ms = 600000 })
hooks.use("retry", { max = 2, delay_ms = 1 })
guardrails.add({ check = "pii", action = "redact" })
guardrails.add({ name = "polite", on = "output", check = function(value)
  util.sleep(1)
  return not tostring(value):find("damn") or "rude"
end })
events.on("llm.finished", function(event)
  util.sleep(2)
  fs.append("events.txt", tostring(event.success) .. "\n")
end)
local said = {}
for _, prompt in ipairs({ "one", "one", "again", "busy", "mail bob@example.com", "damn" }) do
  local ok, answer = pcall(llm.chat, prompt, { retries = 0 })
  said[#said + 1] = ok and tostring(answer) or answer.code
end
local streamed = ""
llm.stream("three", function(piece) streamed = streamed .. piece end)
events.flush()
print(table.concat(said, " "), streamed)
local hits
for _, hook in ipairs(hooks.list("beforeGenerate")) do if hook.name == "cache" then hits = hook.info.hits end end
return { said = said, seen = seen, streamed = streamed, hits = hits }
