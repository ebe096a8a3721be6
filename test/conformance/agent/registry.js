const first = agent.create({ name: "first", description: "The first." });
const second = agent.create({ name: "first" });
agent.register("mine", { system: "Mine." });
const researcher = agent.fromTemplate("researcher", { system: "Short." });
const ids = agent.list().map((each) => each.id);
const answers = [String(await agent.run(first.id, "one")), String(await agent.run(second, "two"))];
const same = agent.get("first").id;
const removed = [agent.remove(second), agent.remove("first_2")];
const none = agent.get("first_2") === null;
const again = agent.register(second).id;
agent.get("first").state().set("n", 1);
agent.save("first", "agents/first.json");
agent.remove("first");
const loaded = agent.load("agents/first.json");
const before = [loaded.id, loaded.conversation().length, loaded.state().get("n")];
answers.push(String(await loaded.run("three")));
const plain = await llm.agent({});
const code = async (fn) => {
  try {
    await fn();
    return "none";
  } catch (error) {
    return error.code;
  }
};
return {
  ids, answers, same, none, removed, again, loaded: before,
  templates: agent.templates().map((each) => each.name),
  researcher: [researcher.config().system, researcher.config().description !== undefined], llm: plain.id,
  errors: [
    await code(() => agent.run("nobody", "hi")), await code(() => agent.create({ id: "mine" })),
    await code(() => agent.fromTemplate("nothing")), await code(() => agent.load("broken.json")),
  ],
};
