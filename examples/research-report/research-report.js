// ---
// name: research-report
// description: Researches a topic on the web - plans questions, searches, reads, writes a report with its sources - as a workflow.
// parameters:
//   topic: { type: string, required: true, description: What the report is about }
//   questions: { type: integer, default: 2, min: 1, max: 8, description: How many it answers }
//   out: { type: string, default: report.md, description: Where it goes }
// ---
//
// llmspell run examples/research-report/research-report.js --topic "tidal energy" --allow-net "*"
// BRAVE_API_KEY, TAVILY_API_KEY, SERPER_API_KEY or SEARXNG_URL choose the search service.

const planner = agent.create({
  name: "planner",
  system: "You plan research: short questions that a search engine understands.",
  output: {
    questions: { type: "array", items: { type: "string" }, minItems: params.questions, maxItems: params.questions },
  },
});

// The first result that can be read, summed up with regard to the question.
async function research(question) {
  const { results } = await tools.web_search({ query: question, count: 5 });
  for (const { url } of results) {
    try {
      const page = await tools.web_fetch({ url });
      const prompt = `Answer from the page in two sentences.\n\nQuestion: ${question}\n\nPage:\n`;
      const { content } = await llm.chat(prompt + text.truncate(page.content, 20000));
      return { question, answer: content, source: url };
    } catch (error) {
      log.warn(`cannot be read: ${url}`, { code: error.code });
    }
  }
  return { question, answer: "Nothing was found.", source: "" };
}

const flow = workflow.create({
  name: "research-report",
  input: { topic: "string" },
  steps: [
    { name: "plan", agent: planner, prompt: "Plan questions about {{ topic }}." },
    { name: "findings", fn: ({ steps }) => Promise.all(steps.plan.output.questions.map(research)) },
    {
      name: "summary",
      type: "llm",
      prompt: "Sum up in three sentences what these findings say about {{ topic }}:\n\n{{ findings.output | json }}",
    },
    {
      name: "page",
      fn: ({ input, steps }) =>
        [
          `# ${input.topic}\n`,
          `${steps.summary.output}\n`,
          ...steps.findings.output.map(
            ({ question, answer, source }) => `## ${question}\n\n${answer}\n\nSource: ${source}\n`,
          ),
        ].join("\n"),
    },
    { name: "save", tool: "file_write", params: { path: params.out, content: "{{ page.output }}" } },
  ],
});

const result = await flow.run({ topic: params.topic });
console.log(result.steps.page.output);
