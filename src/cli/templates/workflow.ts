import type { SpellTemplate } from "./template.ts";

const WORKFLOW = `const flow = workflow.create({
  name: "digest",
  input: { text: "string" },
  steps: [
    { name: "summary", prompt: "Summarize in one sentence.\\n\\n{{ text }}", retry: 3, timeout: "60s" },
    { name: "size", tool: "text_statistics", params: { text: "{{ summary.output }}" } },
  ],
  output: "{{ summary.output }} ({{ size.output.words }} words)",
});

const { output } = await flow.run({ text: params.text });

// The default export is the result of the run.
export default output;
`;

export const workflowTemplate: SpellTemplate = {
  summary: "steps in an order: models, tools, functions",
  manifest: `description: Sums a text up, and counts what came of it.
parameters:
  text:
    type: string
    default: The tide turns twice a day. The moon pulls at the sea.
    description: What is summed up.
`,
  lua: `---@type PARAMS
local params = params

local flow = workflow.create {
  name = "digest",
  input = { text = "string" },
  steps = {
    { name = "summary", prompt = "Summarize in one sentence.\\n\\n{{ text }}", retry = 3, timeout = "60s" },
    { name = "size", tool = "text_statistics", params = { text = "{{ summary.output }}" } },
  },
  output = "{{ summary.output }} ({{ size.output.words }} words)",
}

-- What a script returns is the result of the run.
return flow:run({ text = params.text }).output
`,
  js: WORKFLOW,
  tengo: `flow := workflow.create({
  name: "digest",
  input: {text: "string"},
  steps: [
    {name: "summary", prompt: "Summarize in one sentence.\\n\\n{{ text }}", retry: 3, timeout: "60s"},
    {name: "size", tool: "text_statistics", params: {text: "{{ summary.output }}"}}
  ],
  output: "{{ summary.output }} ({{ size.output.words }} words)"
})

// What a script exports is the result of the run.
export flow.run({text: params.text}).output
`,
};
