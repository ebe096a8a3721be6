local kept = { max_tokens = 1, maxTokens = 2, ["a-b"] = 3, ["end"] = 4, ["1"] = 5, [""] = 6, ["ключ"] = 7, toString = 8, constructor = 9 }
state.set("kept", kept)
cache.set("kept", kept)
local fetched = { state.get("kept"), cache.get("kept"), json.decode(json.encode(kept)), data.clone(kept), params.kept }
local ch = channel.new(1)
ch:send(kept)
fetched[6] = ch:receive()
local seen
data.each({ kept }, function(item) seen = item end)
fetched[7] = seen
return { all = data.map(fetched, function(one) return data.equal(one, kept) end), kept = params.kept }
