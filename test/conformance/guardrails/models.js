const added = [
  guardrails.add({ check: "pii", action: "redact" }),
  guardrails.add("secrets"),
  guardrails.add({ name: "short", on: "input", check: (value) => value.length < 200 || "too long" }),
];
const listed = guardrails.list().map(({ name, on, action }) => [name, on, action]);
const verdict = await guardrails.check("IBAN DE89 3704 0044 0532 0130 00, bob@example.com", { names: ["pii"] });
const first = (await llm.chat("I am bob@example.com")).content;
let streamed = "";
await llm.stream("hi", (text) => { streamed += text; });
const errors = [];
const refused = async (prompt) => {
  try { await llm.chat(prompt); } catch (e) { errors.push([e.code, e.details.guardrail, e.details.stage, e.details.violations[0].rule]); }
};
await refused(`key sk-${"aB3x".repeat(8)}`);
await refused("x".repeat(300));
const removed = [guardrails.remove("short"), guardrails.remove("nobody")];
await refused("say the key");
return { added, listed, removed, first, streamed, errors,
  verdict: [verdict.passed, verdict.text, verdict.violations.map(({ rule }) => rule)],
  triggered: events.history("guardrail.triggered").map(({ guardrail, stage }) => [guardrail, stage]) };
