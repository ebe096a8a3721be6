const said = (given) => {
  try {
    workflow.create(given);
    return "fine";
  } catch (problem) {
    return `${problem.code} ${problem.message}`;
  }
};
const grown = workflow.create({ name: "grown", steps: [{ name: "first", prompt: "x" }] });
grown.addStep({ name: "second", prompt: "{{ frist.output }}" });
return {
  nearest: said({ name: "w", steps: [{ name: "first", prompt: "x" }, { prompt: "{{ frist.output }}" }] }),
  input: said({ name: "w", input: { topic: "string" }, steps: [{ prompt: "{{ topc }}" }] }),
  inside: said({ name: "w", steps: [{ name: "all", steps: [{ name: "one", prompt: "x" }] }], output: "{{ one.output }}" }),
  field: said({ name: "w", steps: [{ name: "a", prompt: "x" }, { prompt: "{{ a.ouput }}" }] }),
  agent: said({ name: "w", agents: { writer: { sytem: "x" } }, steps: [{ agent: "writer" }] }),
  kind: said({ name: "w", input: { topic: "strng" }, steps: [{ prompt: "x" }] }),
  known: said({ name: "w", steps: [{ prompt: "{{ topic }} {{ ticket.status }} {{ input.a.output }}" }] }),
  validated: grown.validate()[0].message,
  before_run: await grown.run().catch((problem) => problem.code),
};
