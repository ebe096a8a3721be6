// Tool calling by hand: the model is offered tools, says which it wants, the spell calls it and gives back the result.

const tools = {
  calculator: {
    description: "Calculates an arithmetic expression such as 2 * (3 + 4).",
    parameters: { expression: { type: "string", required: true } },
    run: ({ expression }) => new Function(`return ${expression.replace(/[^\d.+\-*/() ]/g, "")}`)(),
  },
};

const offered = Object.entries(tools).map(([name, { description, parameters }]) => ({ name, description, parameters }));

const messages = [{ role: "user", content: "Use the calculator to compute 12 * 7." }];
let answer = await llm.complete({ messages, tools: offered });
while (answer.toolCalls.length > 0) {
  messages.push(answer.message);
  for (const call of answer.toolCalls) {
    const result = tools[call.name].run(call.arguments);
    console.log(`${call.name}: ${json.encode(call.arguments)} = ${result}`);
    messages.push({ role: "tool", toolCallId: call.id, name: call.name, content: String(result) });
  }
  answer = await llm.complete({ messages, tools: offered });
}
console.log(answer);
