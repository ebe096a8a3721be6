const why = async (run) => {
  try {
    await run();
    return "fine";
  } catch (error) {
    return `${error.code}: ${error.message}`;
  }
};
const nothing = () => true;
const calls = [
  () => events.on("tool.excuted", nothing),
  () => events.once("llm.finish", nothing),
  () => events.waitFor("agent.finishd", 5),
  () => events.filter("workflow.step.done.*", nothing),
  () => events.aggregate("tool.*.*"),
  () => events.record("run.end"),
  () => events.history("state.change"),
  () => events.replay([], "budget.warn"),
  () => events.on("tool", nothing),
  () => events.on("message", nothing),
  () => events.emit("tool.mine"),
  () => events.on("workflow.**", nothing),
  () => events.on("mine.done", nothing),
  () => events.on("**.failed", nothing),
];
const answers = [];
for (const call of calls) answers.push(await why(call));
return answers;
