const tools = [{ name: "add", parameters: { a: { type: "number" }, b: { type: "number" } } }];
const question = { role: "user", content: "How much is 1 and 2?" };
const first = await llm.complete({ messages: [question], tools });
const call = first.toolCalls[0];
const answered = { role: "tool", toolCallId: call.id, content: '"three"' };
const second = await llm.complete({ messages: [question, first.message, answered], tools });
return { name: call.name, sum: call.arguments.a + call.arguments.b, reason: first.finishReason, text: String(second) };
