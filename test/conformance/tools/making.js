const add = tools.create({
  name: "add",
  description: "Adds two numbers.",
  parameters: { a: { type: "number", required: true }, b: { type: "number", default: 5 } },
  positional: ["a", "b"],
  tags: ["math"],
  execute: async (args) => args.a + args.b,
});
tools.register({ name: "double", parameters: { n: "number" }, handler: (args) => args.n * 2 });
tool.register(tools.pipeline(["double"], { name: "unused" })).unregister();
const values = [
  await tools.execute("add", { a: "2" }),
  await tools.execute(add, 5, 7),
  await tools.double(6),
  await add.execute({ a: 1, b: 2 }),
  await add.run(1, 2),
];
const bad = tools.validate("add", { a: 1, b: "x" });
const good = add.validate({ a: "2" });
const known = tools.get("add");
const names = tools.list({ source: "script" }).map(({ name }) => name);
return {
  values,
  known: [tools.exists("add"), tools.exists("nothing"), known.description, known.source, known.tags, tools.get("nothing")],
  checked: [bad.valid, bad.errors[0].path, good.valid, good.value.a, good.value.b === 5],
  schema: [tools.schema("add").type, add.schema().properties.a.type, tools.schema("double").properties.n.type],
  gone: [tools.unregister("double"), tools.exists("double"), add.unregister()],
  names,
};
