tools.create({ name: "double", parameters: { n: "number" }, execute: (args) => args.n * 2 });
tools.create({ name: "add_three", parameters: { n: "number" }, execute: (args) => args.n + 3 });
const broken = tools.create({
  name: "broken",
  execute: () => {
    throw new Error("no luck");
  },
});
const piped = await tools.pipeline(["double", "add_three", (value) => value + 2]).execute(3);
const both = await tools.parallel(["double", { tool: "add_three", args: { n: 6 } }]).execute({ n: 3 });
const collected = await tools.parallel(["double", broken], { onError: "collect" }).run({ n: 3 });
const composed = tools.compose({
  name: "both_steps",
  tags: ["double", "add_three"],
  steps: ["double", "double", "double"],
});
const value = await tools.both_steps(2);
const greeter = await tools.fromSpell("greeter");
const metrics = broken.metrics();
const history = tools.history({ tool: "double" });
return {
  piped,
  both,
  collected: [collected[0].value, collected[1].error.code],
  composed: [value, composed.tags],
  spell: [
    greeter.description,
    greeter.version,
    await tools.greeter("ada"),
    await greeter.execute({ who: "ada", times: "2" }),
  ],
  figures: [
    tools.metrics("double").calls - 2,
    metrics.errors,
    history.length - 2,
    history[0].tool,
    tools.metrics().length > 3,
  ],
};
