// ---
// name: document-qa
// description: Answers a question from documents, with the passages that say so, or says that they do not.
// parameters:
//   docs: { type: string, default: "docs/**/*.md", description: Which files }
//   question: { type: string, default: How long is the warranty?, description: What the documents shall answer }
//   passages: { type: integer, default: 3, min: 1, max: 20, description: How many passages the model gets }
// ---
//
// llmspell run examples/document-qa/document-qa.js --docs "manual/*.md" --question "Can I wash it?"

const passages = fs.glob(params.docs).flatMap((file) =>
  fs
    .read(file)
    .split("\n\n")
    .map((paragraph) => ({ file, text: paragraph.trim() }))
    .filter((passage) => passage.text !== "" && !passage.text.startsWith("#")),
);

if (passages.length === 0) throw new Error(`no passage in any file like ${params.docs}`);

const best = await llm.rerank(
  params.question,
  passages.map((passage) => passage.text),
  { topK: params.passages },
);
const shown = best.map(({ document }, index) => `[${index + 1}] ${document}`);

const answer = await llm.object({
  system:
    "Answer from the passages alone. Name the passages that say so. If none does, say that the documents do not tell, and name none.",
  prompt: `Passages:\n${shown.join("\n")}\n\nQuestion: ${params.question}`,
  schema: {
    type: "object",
    properties: {
      answer: { type: "string" },
      passages: { type: "array", items: { type: "integer", minimum: 1, maximum: shown.length } },
    },
    required: ["answer", "passages"],
  },
});

console.log(answer.answer);
for (const number of answer.passages) {
  const source = passages.find((passage) => passage.text === best[number - 1].document);
  console.log(`  ${source.file}: ${text.truncate(source.text, 60)}`);
}
