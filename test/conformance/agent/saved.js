const code = async (fn) => {
  try {
    await fn();
    return "fine";
  } catch (problem) {
    return problem.code;
  }
};
const desk = agent.create({
  name: "desk", id: "draft", maxSteps: 3, metadata: { my_key: 1 }, tools: ["lookup"], handoffs: ["billing"],
  stopWhen: () => false,
});
const config = desk.config();
const refused = await code(() => agent.save(desk, "desk.json"));
const plain = agent.create({ ...config, id: "desk" });
const missing = [await code(() => plain.run("hi"))];
tools.create({ name: "lookup", execute: () => 1 });
missing.push(await code(() => plain.run("hi")));
agent.create({ name: "billing" });
await plain.run("I am Ada.");
plain.state().set("seen", 3);
agent.save(plain, "desk.json");
agent.remove(plain);
const loaded = agent.load("desk.json");
const answer = String(await loaded.run("Who am I?"));
const billing = loaded.handoff("billing");
const knew = billing.conversation().length;
return {
  config: {
    max_steps: config.maxSteps, metadata: config.metadata, tools: config.tools,
    handoffs: config.handoffs.map((each) => each.agent), functions: config.stopWhen === undefined,
  },
  refused,
  missing,
  loaded: {
    answer, turns: loaded.conversation().length, seen: loaded.state().get("seen"),
    tools: loaded.tools().map(({ name }) => name), steps: loaded.config().maxSteps,
  },
  handed: { answer: String(await billing.run("And 17?")), knew },
};
