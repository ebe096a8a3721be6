// ---
// name: support-triage
// description: A desk that reads tickets and hands them to billing or technology, who look things up before they answer.
// parameters:
//   tickets: { type: file, default: tickets.json, description: "A list of {id, from, text}" }
// ---
//
// llmspell run examples/support-triage/support-triage.js --tickets inbox.json

// No model reads the addresses of customers.
guardrails.add({ check: "pii", on: "input", action: "redact" });

const ORDERS = { "A-1001": { charges: [49, 49], status: "delivered" } };

const lookup = tool.create({
  name: "order_lookup",
  description: "What an order was charged, and where it is.",
  parameters: { order: { type: "string", required: true, description: "Such as A-1001" } },
  execute({ order }) {
    if (ORDERS[order]) return ORDERS[order];
    throw Object.assign(new Error(`there is no order ${order}`), { code: "order.unknown" });
  },
});

const billing = agent.create({
  name: "billing",
  system:
    "You answer questions about money. Look the order up before you say anything about it. You cannot pay out: promise a refund only where an order was charged twice.",
  tools: [lookup],
});
const technology = agent.create({
  name: "technology",
  system: "You answer questions about crashes and errors. Ask for the version where it is missing.",
});
const desk = agent.create({
  name: "desk",
  system:
    "You read tickets first. Hand over what is about money or about crashes; answer all else yourself, in one sentence.",
  handoffs: [
    { agent: billing, description: "Charges, refunds, invoices" },
    { agent: technology, description: "Crashes, errors, devices" },
  ],
});

// Every ticket is a conversation of its own; all of them at once.
const tickets = JSON.parse(fs.read(params.tickets));
const answers = await Promise.all(
  tickets.map(({ id, from, text }) => desk.clone().run(`Ticket ${id} of ${from}:\n${text}`)),
);

for (const [index, answer] of answers.entries()) {
  const used = answer.toolCalls.map(({ name }) => name);
  console.log(`${tickets[index].id}  ${answer.agent}${used.length > 0 ? ` (${used.join(", ")})` : ""}`);
  console.log(`  ${answer}`);
}
