local _, option = pcall(json.encode, 1, { indnt = 2 })
return {
  option = { option.code, text.contains(option.message, "indnt") },
  method = util.type_of(json.no_such_method),
  bridge = util.type_of(no_such_bridge),
  internal = { util.type_of(llm.generate), util.type_of(fs.ask_read), util.type_of(http.exchange) },
}
