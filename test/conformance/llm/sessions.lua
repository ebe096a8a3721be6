local talk = llm.session({ system = "Be kind.", messages = { { role = "user", content = "before" }, { role = "assistant", content = "yes" } } })
local first = talk:send("Say exactly: hello")
local fork = talk:fork()
fork:send("Say exactly: forked")
local pieces = {}
local streamed = talk:stream("Say exactly: a b", function(piece) pieces[#pieces + 1] = piece end)
talk:add({ role = "user", content = "noted" })
local history = talk:history()
local used = talk:usage()
talk:clear()
return {
  first = tostring(first),
  streamed = { tostring(streamed), table.concat(pieces) },
  fork = data.map(fork:history(), function(message) return message.role .. ": " .. message.content end),
  history = data.map(history, function(message) return message.role .. ": " .. message.content end),
  usage = used.usage.total_tokens > fork:usage().usage.total_tokens,
  cleared = #talk:history(),
}
