const flow = workflow.create({
  name: "sum-up",
  input: { numbers: { type: "array", required: true }, title: "string" },
  steps: [
    { name: "total", fn: ({ input }) => ({ sum: input.numbers.reduce((sum, number) => sum + number, 0), list: input.numbers }) },
    { name: "text", fn: ({ params }) => params.text, params: { text: "{{ title | upper }}: {{ total.output.sum }}" } },
    { name: "big", type: "condition", condition: "total.output.sum > 5 and not (title == 'none')" },
    { name: "rest", fn: ({ params }) => params, params: "{{ steps.total.output.list }}" },
  ],
  output: { text: "{{ text.output }}", big: "{{ big.output }}", list: "{{ rest.output }}" },
});
const first = await flow.run({ numbers: [1, 2, 3], title: "sum" });

const both = workflow.parallel({ name: "both", maxConcurrency: 2, steps: [
  { name: "slow", fn: async () => { await util.sleep(2); return "slow"; } },
  { name: "fast", fn: () => "fast" },
] });
const vote = workflow.parallel({ merge: "vote", steps: [() => "Yes", () => "no", () => "yes"] });
const custom = workflow.parallel({ merge: (results) => results.a.output + results.b.output, steps: [
  { name: "a", fn: () => 1 }, { name: "b", fn: () => 2 },
] });
const chosen = workflow.conditional({ switch: "input.kind", cases: { a: [{ name: "as", fn: () => "A" }] }, default: [{ name: "other", fn: () => "?" }] });
const squares = workflow.loop({ items: "{{ input }}", as: "number", steps: [{ name: "square", fn: ({ item }) => item * item }] });
const counted = workflow.loop({ range: { to: 3 }, steps: [{ fn: ({ item }) => item }] });
const grown = workflow.loop({ loop: "until", condition: "last >= 8", steps: [{ fn: ({ last }) => (last ?? 1) * 2 }] });
const graph = workflow.dag({ steps: [
  { name: "c", fn: ({ params }) => params, params: "{{ a.output }}{{ b.output }}" },
  { name: "a", fn: () => "a" },
  { name: "b", dependsOn: "a", fn: () => "b" },
] });
const chained = workflow.chain(() => [2, 3], squares);
const nested = workflow.create({ steps: [{ name: "inner", workflow: "both" }, { name: "again", workflow: both }] });
return {
  first: first.output, status: first.status, attempts: first.steps.total.attempts, timed: first.durationMs >= 0,
  both: (await both.run()).output, vote: (await vote.run()).output, custom: (await custom.run()).output,
  chosen: [(await chosen.run({ kind: "a" })).output, (await chosen.run({ kind: "b" })).output],
  squares: (await squares.run([1, 2, 3])).output, counted: (await counted.run()).output, grown: (await grown.run()).output,
  graph: (await graph.run()).output, chained: (await chained.run()).output, nested: (await nested.run()).output,
  known: workflow.get("both").name, none: workflow.get("none") == null, listed: workflow.list().length > 5,
  registered: (await workflow.register("alias", { steps: [() => "kept"] }).run()).output,
  template: workflow.template("vote").name, templates: workflow.templates().map(({ name }) => name),
};
