local store = state.create({ data = { a = 1 } })
local ch = channel.new(1)
ch:send({ store = store })
local received = ch:receive().store
received:set("b", 2)
state.set("kept", store)
cache.set("kept", store)
local _, encoded = pcall(json.encode, store)
local _, wrong = pcall(state.merge, ch)
return {
  all = store:all(),
  same = { received == store, state.get("kept") == store, cache.get("kept") == store },
  kind = util.type_of(store),
  codes = { encoded.code, wrong.code },
  unknown = util.type_of(store.no_such_method),
}
