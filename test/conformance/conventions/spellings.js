const response = await llm.complete({ prompt: "Say exactly: hi", max_tokens: 5 });
const same = await llm.complete({ prompt: "Say exactly: hi", maxTokens: 5 });
return {
  methods: [text.camelCase("a b"), text.camel_case("a b"), json.decode_lines("1\n")[0], data.group_by !== undefined],
  options: [String(response), String(same)],
  fields: [response.finish_reason, response.usage.total_tokens === response.usage.input_tokens + response.usage.output_tokens],
  handle: [state.create().set_metadata !== undefined, channel.new(1).trySend("x"), channel.new(1).try_send("x")],
};
