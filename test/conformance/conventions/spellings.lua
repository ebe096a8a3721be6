local response = llm.complete({ prompt = "Say exactly: hi", max_tokens = 5 })
local same = llm.complete({ prompt = "Say exactly: hi", maxTokens = 5 })
return {
  methods = { text.camelCase("a b"), text.camel_case("a b"), json.decodeLines("1\n")[1], data.groupBy ~= nil },
  options = { tostring(response), tostring(same) },
  fields = { response.finish_reason, response.usage.total_tokens == response.usage.input_tokens + response.usage.output_tokens },
  handle = { state.create().setMetadata ~= nil, channel.new(1).trySend("x"), channel.new(1).try_send("x") },
}
