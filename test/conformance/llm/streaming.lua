local pieces, kinds = {}, {}
local whole = llm.stream("Say exactly: one two three", function(piece, event)
  async.sleep(1)
  pieces[#pieces + 1] = piece
  kinds[event.type] = true
end)
local iterated = {}
for piece in llm.stream("Say exactly: one two three") do iterated[#iterated + 1] = piece end
local stream = llm.stream("Say exactly: one two three", { model = "offline" })
local first = stream:next()
local rest = stream:response()
local with_options = llm.stream("Say exactly: x", { temperature = 0 }, function() end)
local dropped = llm.stream("Say exactly: one two three")
dropped:next()
dropped:close()
local _, cut = pcall(function() return dropped:response() end)
local _, broken = pcall(llm.stream, "Say exactly: one two three", function() error({ code = "my.stop", message = "stop" }) end)
return {
  whole = tostring(whole),
  pieces = table.concat(pieces),
  several = #pieces > 1,
  kinds = kinds,
  iterated = table.concat(iterated),
  first = text.starts_with("one two three", first),
  rest = { tostring(rest), rest.finish_reason, rest.usage.output_tokens > 0 },
  with_options = tostring(with_options),
  cut = cut.code,
  broken = broken.code,
}
