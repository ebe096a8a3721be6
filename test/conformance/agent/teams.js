const poet = agent.create({ name: "poet", system: "You rhyme.", description: "Writes a line." });
const counter = agent.create({ name: "counter", system: "You count." });
const lead = agent.create({
  name: "lead", system: "You lead.", subAgents: [poet],
  tools: [counter.asTool({ name: "numbers", description: "Counts." })],
});
const result = await lead.run("A line and a number.");
const billing = agent.create({ name: "billing", system: "You bill." });
const desk = agent.create({ name: "desk", system: "You greet.", handoffs: [{ agent: billing, description: "Money." }] });
const answer = await desk.run("My bill?");
const [{ from, to, reason }] = answer.handoffs;
const taken = await desk.handoff("poet").run("What do you know?");
return {
  text: String(result), tokens: result.usage.totalTokens,
  helpers: result.toolCalls.map((call) => `${call.name}=${call.result}`),
  handoff: [String(answer), `${from}>${to}:${reason}`, answer.agent, answer.steps.length],
  taken: String(taken), tools: desk.tools().map((each) => each.name),
};
