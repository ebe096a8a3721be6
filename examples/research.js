// ---
// name: research
// description: A small research report. Plans questions, asks the model for each of them, and sums up.
// parameters:
//   topic: { type: string, default: tidal energy, description: What to research }
//   questions: { type: integer, min: 1, max: 10, default: 3, description: How many questions }
//   notes: { type: file, description: "Notes to answer from (default: the file of the topic's name in examples/notes)" }
// ---
//
// llmspell run examples/research.js --topic "tidal energy"
// llmspell run examples/research.js --topic "my subject" --notes my-notes.md --questions 5
// llmspell run examples/research.js --help

const { topic, questions: count } = params;
const notesFile = params.notes ?? `examples/notes/${text.slugify(topic)}.md`;
const notes = params.notes || fs.exists(notesFile) ? fs.read(notesFile) : null;

// Passages of the notes: paragraphs, without headings.
const passages = text
  .split(notes ?? "", "\n\n")
  .map((paragraph) => text.trim(paragraph))
  .filter((paragraph) => paragraph !== "" && !paragraph.startsWith("#"));

const { questions } = await llm.object({
  prompt: `Plan ${count} questions to research about ${topic}.`,
  schema: {
    type: "object",
    properties: { questions: { type: "array", items: { type: "string" }, minItems: count, maxItems: count } },
    required: ["questions"],
  },
});

// The two passages that fit a question best go with it.
async function answer(question) {
  const prompt = `Question: ${question} Answer in two sentences.`;
  if (passages.length === 0) return llm.chat(prompt);
  const best = await llm.rerank(question, passages, { topK: 2 });
  return llm.chat(`${prompt}\n\nNotes:\n${best.map((passage) => passage.document).join("\n\n")}`);
}

// All questions are asked at once; the answers come back in order.
const findings = (await Promise.all(questions.map(answer))).map(String);
const summary = await llm.chat(`Summarize in two sentences.\n\n${findings.join("\n\n")}`);

console.log(`# Research: ${topic}`);
console.log();
console.log(summary);
questions.forEach((question, index) => {
  console.log();
  console.log(`## ${index + 1}. ${question}`);
  console.log();
  console.log(findings[index]);
});
console.log();
console.log("---");
console.log(`Model: ${summary.model}. Notes: ${notes ? notesFile : "none"}.`);
