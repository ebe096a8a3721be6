import type { SpellTemplate } from "./template.ts";

const JAVASCRIPT_LOOP = `
let answer = await llm.complete({ messages, tools: offered });
for (let round = 1; answer.toolCalls.length > 0 && round <= 5; round++) {
  messages.push(answer.message);
  for (const call of answer.toolCalls) {
    const result = tools[call.name]?.run(call.arguments) ?? "there is no such tool";
    log.info("tool", { name: call.name, arguments: call.arguments, result });
    messages.push({ role: "tool", toolCallId: call.id, name: call.name, content: String(result) });
  }
  answer = await llm.complete({ messages, tools: offered });
}

// The default export is the result of the run.
export default answer.content;
`;

export const toolTemplate: SpellTemplate = {
  summary: "a model that calls functions of the script",
  manifest: `description: Answers a question with a tool, a function of the script that the model may call.
parameters:
  question:
    type: string
    default: Use word_count to count the words of "the quick brown fox".
    description: What the model is asked.
`,
  lua: `---@type PARAMS
local params = params

-- By name: what the model is told, and what is run when it asks for it.
local tools = {
  word_count = {
    description = "Counts the words of a text.",
    parameters = { text = { type = "string", required = true } },
    run = function(args) return text.word_count(args.text) end,
  },
}

local offered = {}
for name, tool in pairs(tools) do
  offered[#offered + 1] = { name = name, description = tool.description, parameters = tool.parameters }
end

---@type llmspell.LlmMessageInput[]
local messages = { { role = "user", content = params.question } }
local answer = llm.complete { messages = messages, tools = offered }
local round = 0
while #answer.tool_calls > 0 and round < 5 do
  round = round + 1
  messages[#messages + 1] = answer.message
  for _, call in ipairs(answer.tool_calls) do
    local tool = tools[call.name]
    local result = tool and tool.run(call.arguments) or "there is no such tool"
    log.info("tool", { name = call.name, arguments = call.arguments, result = result })
    messages[#messages + 1] = { role = "tool", tool_call_id = call.id, name = call.name, content = tostring(result) }
  end
  answer = llm.complete { messages = messages, tools = offered }
end

-- What a script returns is the result of the run.
return answer.content
`,
  js: `// By name: what the model is told, and what is run when it asks for it.
const tools = {
  word_count: {
    description: "Counts the words of a text.",
    parameters: { text: { type: "string", required: true } },
    run: (args) => text.wordCount(args.text),
  },
};
const offered = Object.entries(tools).map(([name, { description, parameters }]) => ({ name, description, parameters }));

/** @type {llmspell.LlmMessageInput[]} */
const messages = [{ role: "user", content: params.question }];
${JAVASCRIPT_LOOP}`,
  ts: `interface Tool {
  description: string;
  parameters: Record<string, { type: string; required?: boolean }>;
  run(args: Record<string, any>): unknown;
}

// By name: what the model is told, and what is run when it asks for it.
const tools: Record<string, Tool> = {
  word_count: {
    description: "Counts the words of a text.",
    parameters: { text: { type: "string", required: true } },
    run: (args) => text.wordCount(args.text),
  },
};
const offered = Object.entries(tools).map(([name, { description, parameters }]) => ({ name, description, parameters }));

const messages: llmspell.LlmMessageInput[] = [{ role: "user", content: params.question }];
${JAVASCRIPT_LOOP}`,
  tengo: `// By name: what the model is told, and what is run when it asks for it.
tools := {
  word_count: {
    description: "Counts the words of a text.",
    parameters: {text: {type: "string", required: true}},
    run: func(args) { return text.word_count(args.text) }
  }
}

offered := []
for name, tool in tools {
  offered = append(offered, {name: name, description: tool.description, parameters: tool.parameters})
}

messages := [{role: "user", content: params.question}]
answer := llm.complete({messages: messages, tools: offered})
for round := 0; len(answer.tool_calls) > 0 && round < 5; round++ {
  messages = append(messages, answer.message)
  for call in answer.tool_calls {
    tool := tools[call.name]
    result := tool ? tool.run(call.arguments) : "there is no such tool"
    log.info("tool", {name: call.name, arguments: call.arguments, result: result})
    messages = append(messages, {role: "tool", tool_call_id: call.id, name: call.name, content: string(result)})
  }
  answer = llm.complete({messages: messages, tools: offered})
}

// What a script exports is the result of the run.
export answer.content
`,
};
