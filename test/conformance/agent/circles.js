const self = agent.create({ name: "self" });
self.addTool(self);
const problem = await self.run("go").catch((error) => error);
agent.create({ name: "left", handoffs: ["right"], maxHandoffs: 2 });
agent.create({ name: "right", handoffs: ["left"] });
const result = await agent.run("left", "go");
return {
  code: problem.code,
  message: problem.message,
  text: String(result),
  handoffs: result.handoffs.map(({ to }) => to),
  refused: result.toolCalls.at(-1).code,
};
