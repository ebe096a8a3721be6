// ---
// name: csv-analyst
// description: Answers a question about a CSV file. The model plans the queries, the numbers come from the file.
// parameters:
//   file: { type: file, default: sales.csv, description: First line are the names of the columns }
//   question: { type: string, default: Which region grew from August to September?, description: What the table shall answer }
// ---
//
// llmspell run examples/csv-analyst/csv-analyst.js --file orders.csv --question "What sells best?"

const columns = Object.keys(csv.decode(fs.read(params.file))[0]);

const analyst = agent.create({
  name: "analyst",
  system: `You answer questions about the file ${params.file} with the columns ${columns.join(", ")}. Take every number from a query, never from memory. Answer in two sentences, then name the numbers you used.`,
  tools: ["csv_query", "calculator"],
  maxSteps: 8,
});

const answer = await analyst.run(params.question);
console.log(`${answer}\n`);
for (const call of answer.toolCalls)
  console.log(`used ${call.name} ${json.encode(call.arguments, { sortKeys: true })}`);
