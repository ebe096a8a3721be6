import type { SpellTemplate } from "./template.ts";

export const basicTemplate: SpellTemplate = {
  summary: "one question to a model, with parameters",
  manifest: `description: Summarizes a text, the standard input or a parameter.
parameters:
  text:
    type: string
    default: >-
      A spell is a script that orchestrates language models. It runs in a virtual machine of its own. It reaches files,
      the network and models only through bridges, which check every call.
    description: The text, where standard input is empty.
  sentences:
    type: integer
    default: 1
    min: 1
    max: 10
    description: How many sentences the summary may have.
`,
  lua: `---@type PARAMS
local params = params

local source = stdin ~= nil and stdin ~= "" and stdin or params.text
local answer = llm.chat(("Summarize in %d sentences.\\n\\n%s"):format(params.sentences, source))

-- What a script returns is the result of the run.
return answer.content
`,
  js: `const source = stdin || params.text;

const answer = await llm.chat(\`Summarize in \${params.sentences} sentences.\\n\\n\${source}\`);

// The default export is the result of the run.
export default answer.content;
`,
  tengo: `source := stdin || params.text
answer := llm.chat(fmt.sprintf("Summarize in %d sentences.\\n\\n%s", params.sentences, source))

// A failed call answers an error; what a script exports is the result of the run.
export is_error(answer) ? answer : answer.content
`,
};
