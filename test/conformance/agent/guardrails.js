let ran = 0;
const write = { name: "write", execute: ({ text }) => ((ran += 1), `wrote ${text}`) };
const clerk = agent.create({
  name: "clerk",
  tools: [write],
  guardrails: [
    { check: "pii", action: "redact" },
    "secrets",
    { name: "no bombs", on: "tool", check: (value) => !String(value.text ?? value).includes("bomb") || "bomb" },
  ],
});
const first = String(await clerk.run("I am bob@example.com"));
const acted = (await clerk.run("write")).toolCalls;
const calls = [
  [acted[0].isError, acted[0].code],
  [acted[1].isError, acted[1].result],
];
let streamed = "";
await clerk.stream("go", (text) => {
  streamed += text;
});
const refused = await clerk.run(`key sk-${"aB3x".repeat(8)}`).catch((error) => error);
const free = String(await agent.run(agent.create({}), "hi"));
const triggered = events.history("guardrail.triggered").map((e) => [e.guardrail, e.stage]);
return {
  first,
  calls,
  ran,
  streamed,
  free,
  triggered,
  refused: [refused.code, refused.details.guardrail, refused.details.stage],
};
