// An agent with a tool of its own and one that is built in. `llmspell runs show last --tree` tells what it did.

const desk = agent.create({
  name: "desk",
  system: "You answer questions about orders. Look them up; never guess.",
  tools: [
    {
      name: "order_status",
      description: "The status of an order.",
      parameters: { number: { type: "integer", required: true } },
      execute: async ({ number }) => ({ status: `order ${number} is on its way` }),
    },
    "calculator",
  ],
  maxSteps: 4,
});

const answer = await desk.run("What is the status of order 17? Use order_status with number=17.");
console.log(answer);
for (const call of answer.toolCalls) console.log(`${call.name} -> ${JSON.stringify(call.result)}`);
console.log(`${answer.steps.length} steps, ${answer.usage.totalTokens} tokens, ${answer.finishReason}`);
