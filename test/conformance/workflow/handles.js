const clerk = agent.create({ name: "clerk" });
const size = tools.create({ name: "size", parameters: { text: "string" }, execute: ({ text }) => text.length });
const flow = workflow.chain(clerk, size, ({ previous }) => previous + 1);
const listed = workflow.create({ name: "listed", agents: { writer: {} }, steps: [{ agent: "writr", prompt: "x" }] });
const me = workflow.create({ name: "me" });
me.addStep({ workflow: "me" });
const said = async (fn) => {
  try {
    await fn();
    return "fine";
  } catch (problem) {
    return problem.message;
  }
};
return {
  output: (await flow.run("go")).output,
  agent: await said(() => listed.run()),
  inside: await said(() =>
    workflow.create({ name: "w", steps: [{ name: "all", steps: [{ name: "one", prompt: "{{ input.gone }}" }] }] }).run(),
  ),
  circle: await said(() => me.run()),
  event: await said(() => me.on("step.finshed", () => {})),
  filter: await said(() => workflow.create({ name: "w", steps: [{ prompt: "{{ a | uper }}" }] })),
  open: await said(() => workflow.create({ name: "w", steps: [{ prompt: "{{ a" }] })),
  dependency: await said(() =>
    workflow.dag({ name: "w", steps: [{ name: "first", prompt: "x" }, { prompt: "x", dependsOn: "frist" }] }),
  ),
};
