const ada = agent.create({ name: "ada", system: "Be kind." });
const noop = () => "";
ada.addTool({ name: "a", execute: noop });
ada.addTools([{ name: "b", execute: noop }]);
const names = () => ada.tools().map((tool) => tool.name);
const all = names();
const removed = [ada.removeTool("a"), ada.removeTool("a")];
const events = [];
const finished = (event) => { events.push(`${event.type}:${event.text}`); };
ada.on("started", (event) => { events.push(event.type); });
ada.on("finished", finished);
await ada.run("My name is Ada.");
const off = ada.off("finished", finished);
await ada.run("What is my name?");
const said = (who) => who.conversation().map((message) => `${message.role}: ${message.content}`);
const conversation = said(ada);
const copy = ada.clone({ name: "copy" });
const answer = String(await copy.run("Who are you?"));
ada.state().set("n", 7);
const config = ada.config();
const metrics = ada.metrics();
const history = ada.history();
const state = ada.state().get("n");
ada.clear();
const cleared = ada.conversation().length;
ada.addMessages({ role: "user", content: "noted" });
const added = ada.conversation().length;
ada.reset();
return {
  tools: all, removed, left: names(), conversation, copy: answer, copied: said(copy), cleared, added, state,
  metrics: [metrics.runs, metrics.failed, metrics.steps, metrics.usage.totalTokens],
  history: [history[1].input, history[1].text, history[1].finishReason], events, off,
  config: [config.name, config.system], reset: [ada.metrics().runs, ada.conversation().length],
};
