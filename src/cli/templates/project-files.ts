import type { ScriptApi } from "../../typings/script-api.ts";
import type { NewFile } from "../layout/write-new.ts";
import { agentsPage } from "./agents-page.ts";
import type { SpellTemplate, TemplateLanguage } from "./template.ts";

const CONFIG = `# yaml-language-server: $schema=./.llmspell/schemas/config.json
# Settings of this project, all of them optional. "llmspell config show --origin" says which hold, and why.

spells:
  directories: [spells] # "llmspell run hello" finds spells/hello

modules:
  paths: [lib] # what "require" and "import" find in every spell

# models:
#   default: openai/gpt-4o-mini # otherwise the first provider whose key is set, else the offline model

# permissions:
#   net: [api.example.com] # hosts that http may reach

# limits:
#   timeout: 5m
`;

const GIT_IGNORE = `# Secrets stay out of the repository; spells see none of them unless --allow-env names them.
.env
.env.*
`;

const EXTENSIONS = { recommendations: ["sumneko.lua", "redhat.vscode-yaml"] };

const LIBRARY: Readonly<Record<TemplateLanguage, string>> = {
  lua: `-- How texts are shown. Every spell can require("style").
local style = {}

---A text under a title.
---@param title string
---@param body string
---@return string
function style.titled(title, body)
  return ("# %s\\n\\n%s"):format(text.title(title), body)
end

return style
`,
  js: `// How texts are shown. Every spell can import "style".

/**
 * A text under a title.
 * @param {string} title
 * @param {string} body
 */
export function titled(title, body) {
  return \`# \${text.title(title)}\\n\\n\${body}\`;
}
`,
  tengo: `// How texts are shown. Every spell can import("style").
export {
  // A text under a title.
  titled: func(title, body) { return fmt.sprintf("# %s\\n\\n%s", text.title(title), body) }
}
`,
  ts: `// How texts are shown. Every spell can import "style".

/** A text under a title. */
export function titled(title: string, body: string): string {
  return \`# \${text.title(title)}\\n\\n\${body}\`;
}
`,
};

const JAVASCRIPT = `import { titled } from "style";

const answer = await llm.chat(\`Summarize in one sentence.\\n\\n\${params.text}\`);

// The default export is the result of the run.
export default titled("in short", answer.content);
`;

/** The spell that a project begins with: it uses a module of \`lib/\`. */
export const helloTemplate: SpellTemplate = {
  summary: "a first spell",
  manifest: `description: Sums a text up, under a title.
parameters:
  text:
    type: string
    default: >-
      A spell is a script that orchestrates language models. It runs in a virtual machine of its own. It reaches files,
      the network and models only through bridges, which check every call.
    description: What is summed up.
`,
  lua: `local style = require("style")

---@type PARAMS
local params = params

local answer = llm.chat("Summarize in one sentence.\\n\\n" .. params.text)

-- What a script returns is the result of the run.
return style.titled("in short", answer.content)
`,
  js: JAVASCRIPT,
  tengo: `style := import("style")

answer := llm.chat("Summarize in one sentence.\\n\\n" + params.text)

// A failed call answers an error; what a script exports is the result of the run.
export is_error(answer) ? answer : style.titled("in short", answer.content)
`,
};

/** The files of a new project besides its spell. */
export function projectFiles(api: ScriptApi, language: TemplateLanguage): NewFile[] {
  return [
    { path: "llmspell.yaml", text: CONFIG },
    { path: `lib/style.${language}`, text: LIBRARY[language] },
    { path: ".gitignore", text: GIT_IGNORE },
    { path: ".vscode/extensions.json", text: `${JSON.stringify(EXTENSIONS, null, 2)}\n` },
    { path: "AGENTS.md", text: agentsPage(api, language) },
  ];
}
