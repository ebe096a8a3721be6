// ---
// name: site-monitor
// description: Looks at pages, compares them with the last visit, and says in a sentence what changed and whether it matters.
// parameters:
//   pages: { type: array, required: true, description: Addresses to look at }
//   selector: { type: string, default: main, description: The part of each page that counts }
//   cares: { type: string, default: prices and conditions, description: What matters to the reader }
// ---
//
// llmspell run examples/site-monitor/site-monitor.js --allow-net example.com --pages https://example.com/prices

const schema = {
  type: "object",
  properties: { matters: { type: "boolean" }, summary: { type: "string" } },
  required: ["matters", "summary"],
};

async function look(page) {
  const seen = await tools.page_watch({ url: page, selector: params.selector });
  if (seen.first) return `new      ${page}`;
  if (!seen.changed) return `same     ${page}`;
  const { matters, summary } = await llm.object({
    prompt:
      `The reader cares about ${params.cares}. A page changed. Say in one sentence what, and whether it matters to the reader.` +
      `\n\nGone:\n${seen.removed.join("\n")}\n\nNew:\n${seen.added.join("\n")}`,
    schema,
  });
  return `${matters ? "CHANGED  " : "changed  "}${page}: ${summary}`;
}

for (const page of params.pages) {
  try {
    console.log(await look(page));
  } catch (error) {
    console.log(`FAILED   ${page}: ${error.code}`);
  }
}
