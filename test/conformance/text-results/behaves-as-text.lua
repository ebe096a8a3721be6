local r = llm.complete("Say exactly: Hello, world")
fs.write("answer.txt", r)
local ch = channel.new(1)
ch:send(r)
local received = ch:receive()
local short = r:sub(1, 5)
return {
  joined = "a: " .. r .. "!",
  length = #r,
  sub = short,
  upper = r:upper(),
  as_text = tostring(r),
  matches = r:match("%a+") ,
  content = r.content,
  usage = r.usage.total_tokens > 0,
  as_argument = text.upper(r),
  as_data = json.encode({ r }),
  in_a_file = fs.read("answer.txt"),
  kind = util.type_of(r),
  equal = tostring(r) == "Hello, world",
  key = data.group_by({ r }, function(x) return x end)["Hello, world"] ~= nil,
  again = tostring(llm.chat("Say exactly: " .. r:sub(8))),
  received = { tostring(received), received.finish_reason },
  regex = regex.replace(r, "o", "0"),
}
