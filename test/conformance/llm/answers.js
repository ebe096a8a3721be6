const caught = async (promise) => { try { await promise; return undefined; } catch (error) { return error; } };
const chat = await llm.chat("Say exactly: hello");
const response = await llm.complete({ model: "offline", messages: [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "What is 17 * 23?" }] },
] });
const called = await llm.complete("Use the weather tool for Paris", {
  tools: [{ name: "weather", description: "Weather of a city", parameters: { city: { type: "string", required: true } } }],
});
const call = called.toolCalls[0];
const told = await llm.complete({ messages: [
  { role: "user", content: "Use the weather tool for Paris" },
  called.message,
  { role: "tool", toolCallId: call.id, content: "sunny" },
] });
const nothing = await caught(llm.complete({}));
const option = await caught(llm.chat("x", { maxTokns: 5 }));
return {
  chat: String(chat),
  content: response.content,
  role: response.message.role,
  usage: response.usage.totalTokens === response.usage.inputTokens + response.usage.outputTokens && response.usage.inputTokens > 0,
  cost: response.cost,
  model: [response.model, response.provider, response.finishReason],
  latency: response.latencyMs >= 0,
  call: [call.name, call.arguments.city, called.finishReason],
  told: String(told),
  codes: [nothing.code, option.code],
};
