import type { SpellTemplate } from "./template.ts";

const AGENT = `const clerk = agent.create({
  name: "clerk",
  system: "You answer in one sentence. Count words with the tool, never yourself.",
  tools: [
    {
      name: "word_count",
      description: "Counts the words of a text.",
      parameters: { text: { type: "string", required: true } },
      execute: ({ text: words }) => text.wordCount(words),
    },
    "calculator",
  ],
  maxSteps: 5,
});

const answer = await clerk.run(params.question);
for (const { name, arguments: given, result } of answer.toolCalls) log.info(name, { given, result });

// The default export is the result of the run.
export default answer.text;
`;

export const agentTemplate: SpellTemplate = {
  summary: "an agent with tools: functions of the script, and built-in ones",
  manifest: `description: An agent that answers a question with tools, one of them a function of the script.
parameters:
  question:
    type: string
    default: Use word_count to count the words of "the quick brown fox".
    description: What the agent is asked.
`,
  lua: `---@type PARAMS
local params = params

local clerk = agent.create {
  name = "clerk",
  system = "You answer in one sentence. Count words with the tool, never yourself.",
  tools = {
    {
      name = "word_count",
      description = "Counts the words of a text.",
      parameters = { text = { type = "string", required = true } },
      execute = function(args) return text.word_count(args.text) end,
    },
    "calculator",
  },
  max_steps = 5,
}

local answer = clerk:run(params.question)
for _, call in ipairs(answer.tool_calls) do
  log.info(call.name, { given = call.arguments, result = call.result })
end

-- What a script returns is the result of the run.
return answer.text
`,
  js: AGENT,
  ts: AGENT.replace("({ text: words })", "({ text: words }: { text: string })"),
  tengo: `clerk := agent.create({
  name: "clerk",
  system: "You answer in one sentence. Count words with the tool, never yourself.",
  tools: [
    {
      name: "word_count",
      description: "Counts the words of a text.",
      parameters: {text: {type: "string", required: true}},
      execute: func(args) { return text.word_count(args.text) }
    },
    "calculator"
  ],
  max_steps: 5
})

answer := clerk.run(params.question)
for call in answer.tool_calls {
  log.info(call.name, {given: call.arguments, result: call.result})
}

// What a script exports is the result of the run.
export answer.text
`,
};
