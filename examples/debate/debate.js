// ---
// name: debate
// description: Two models argue about a question for some rounds, a third one judges.
// parameters:
//   question: { type: string, required: true, description: What is argued about }
//   rounds: { type: integer, default: 2, min: 1, max: 6 }
//   models: { type: array, default: [], description: "Models for, against and of the judge (default: the run's model)" }
// ---
//
// llmspell run examples/debate/debate.js --question "Tabs or spaces?" --models anthropic/claude-sonnet-4-5,openai/gpt-5,google/gemini-2.5-pro

const speaker = (name, model, system) =>
  agent.create({ name, model, system: `${system} Answer in at most three sentences.` });

const sides = [
  speaker("for", params.models[0], "You argue for the statement. Answer what the other side said last."),
  speaker("against", params.models[1], "You argue against the statement. Answer what the other side said last."),
];
const judge = agent.create({
  name: "judge",
  model: params.models[2],
  system: "You judge a debate by its arguments alone, not by your own opinion.",
  output: {
    type: "object",
    properties: { winner: { type: "string", enum: ["for", "against", "draw"] }, reason: { type: "string" } },
    required: ["winner", "reason"],
  },
});

const said = [];
let last = `Question: ${params.question}`;
for (let round = 1; round <= params.rounds; round++) {
  for (const side of sides) {
    last = String(await side.run(last));
    said.push(`${side.name}: ${last}`);
    console.log(`[${round}] ${said.at(-1)}\n`);
  }
}

const { object: verdict } = await judge.run(`Question: ${params.question}\n\n${said.join("\n\n")}`);
console.log(`Winner: ${verdict.winner}. ${verdict.reason}`);
