const helper = agent.create({
  name: "helper",
  system: "You help.",
  tools: [
    {
      name: "add",
      description: "Adds two numbers.",
      parameters: { a: { type: "number", required: true }, b: { type: "number", required: true } },
      execute: (args) => ({ sum: args.a + args.b }),
    },
    "weather",
  ],
});
// Tools are found when the agent runs.
tools.create({ name: "weather", parameters: { city: { type: "string" } }, handler: async (args) => `sunny in ${args.city}` });
const result = await helper.run("How much is 1 and 2, and how is the weather in Bern?");
return {
  text: String(result), length: result.length, finish: result.finishReason, steps: result.steps.length,
  tokens: result.usage.totalTokens, calls: result.toolCalls.map((call) => `${call.name}:${call.isError}`),
  codes: [result.toolCalls[2].code, result.toolCalls[3].code], sum: result.toolCalls[0].result.sum,
  roles: result.messages.map((message) => message.role).join(" "),
};
