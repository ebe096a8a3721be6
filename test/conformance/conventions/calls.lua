local ch = channel.new(3)
ch.send("dot")
ch:send("colon")
local send = ch.send
send("loose")
local encode = json.encode
local store = state.create()
store.set("a", 1)
store:set("b", 2)
return {
  queue = { ch.receive(), ch:receive(), ch:receive() },
  function_alone = encode({ 1 }),
  global = { json:encode({ 2 }), json.encode({ 2 }) },
  store = { store:get("a"), store.get("b") },
  extra = select(2, pcall(json.encode, 1, {}, "too many")).code,
  missing = select(2, pcall(text.split, "a")).code,
  wrong = select(2, pcall(text.split, {}, ",")).code,
}
