local store = state.create()
local before = store:get("a")
store:set("a", 1)
return { util.type_of(before), store:get("a"), fs.exists("nowhere"), json.encode({ 1 }), cache.get("none", "fallback"), llm.session():history() }
