import { toSnakeCase } from "../../engine/naming.ts";
import { EXIT } from "../../errors.ts";
import type { ApiMethod, ScriptApi } from "../../typings/script-api.ts";
import type { TemplateLanguage } from "./template.ts";

/** `AGENTS.md` of a project: what a coding agent has to know to write spells that work. */
export function agentsPage({ globals, handles }: ScriptApi, language: TemplateLanguage): string {
  const example = `spells/hello/main.${language}`;
  return `# Notes for coding agents

This project holds *spells*: scripts in Lua, JavaScript, TypeScript or Tengo that orchestrate language models. \`llmspell\` runs each
in a sandbox of its own; it reaches the world only through the globals below.

## Commands

| | |
|---|---|
| \`llmspell run hello\` | runs \`spells/hello\`; \`--param text=...\` gives a parameter, \`--json\` prints result and error as JSON |
| \`llmspell check ${example}\` | checks the syntax without running |
| \`llmspell list\`, \`llmspell info hello\` | what spells there are; one spell's parameters, permissions and limits |
| \`llmspell run hello --record run.jsonl\` | records the run; \`llmspell run --replay run.jsonl\` runs it again without network, e.g. in a test |
| \`llmspell new NAME -e lua\\|js\\|ts\\|tengo\` | begins a spell in \`spells/NAME\` |
| \`llmspell types\` | writes the types again; needed after a change of parameters in a \`spell.yaml\` |
| \`llmspell doctor\` | says what works here, and which models can be used |

Exit codes: ${Object.entries(EXIT)
    .filter(([, code]) => code < 129)
    .map(([name, code]) => `${code} ${name}`)
    .join(
      ", ",
    )}. Without a provider's key the embedded offline model answers: spells can be tried, but what it says is worth nothing;
\`--require-model\` refuses it.

## Layout

- \`llmspell.yaml\`: settings of the project.
- \`spells/NAME/spell.yaml\`: what the spell is, its parameters (types, defaults), what it needs. \`main.*\` beside it is the script.
- \`lib/\`: modules for all spells: \`require("style")\` in Lua, \`import { titled } from "style"\` in JavaScript, \`style :=
  import("style")\` in Tengo.
- \`.llmspell/types/llmspell.d.ts\` and \`llmspell.d.lua\`: every method with its options and results. Read them before you guess.
  \`llmspell.tengo\` has the same names for Tengo, with the language's own library.

## API

Names are shown as JavaScript has them; Lua and Tengo have snake_case (\`${"countTokens"}\` is \`${toSnakeCase("countTokens")}\`), for methods and for options.
Methods with * return a Promise in JavaScript; in Lua and Tengo every call simply waits.

| global | methods |
|---|---|
${globals.map(({ name, methods }) => `| \`${name}\` | ${methodNames(methods)} |`).join("\n")}

Objects that methods answer: ${handles.map(({ type, methods }) => `\`${type}\` (${methodNames(methods)})`).join("; ")}.

Every spell has besides: \`params\` (its parameters), \`args\`, \`env\`, \`stdin\` (text or nil), \`spell\` (name, file, dir, version, runId),
\`print\`, \`async\` (spawn, all, race, settle, sleep, timeout).

## Rules of the sandbox

- Network, files and environment variables: what a spell needs it declares in \`permissions\` of its spell.yaml, and the project or the
  user grants it (\`permissions\` in llmspell.yaml, \`--allow-net\`, \`--allow-env\`, or \`--trust\` for all that is declared). Files lie in the
  workspace (the current folder). A refused call raises \`permission.denied\`.
- Lua 5.4 without \`io.open\`, \`os.execute\`, \`os.getenv\`, \`dofile\`, \`debug\`: use \`fs\`, \`env\`, \`require\`. JavaScript (ES2025) without Node and
  DOM: no \`fetch\`, \`process\`, \`Buffer\`, \`require\`, \`Intl\`; use \`http\`, \`env\`, \`base64\`, \`import\`. No packages from npm or LuaRocks.
- TypeScript is stripped of its types, not compiled: no enums, no namespaces, no parameter properties.
- \`print\`, \`console.log\` and the result are the output (stdout); \`log.*\`, \`console.error\` are logs (stderr).
- Tengo: the whole language and its library (\`import("text")\`, \`import("times")\`, ...; \`os\` reduced), \`fmt\` and \`async\` without import.
- Memory, CPU time and the number of calls are limited; a spell that reaches a limit ends.

## Common mistakes

- JavaScript: a missing \`await\` before a method with *.
- A model's answer is a text with fields. In JavaScript it is a String object: compare \`answer.content === "yes"\`, never \`answer === "yes"\`.
- The result is what the script returns; in JavaScript write \`export default value\` (a top-level \`return\` runs too, but type checkers refuse it).
- \`llm.complete\` offers tools and does not run them: run what \`answer.toolCalls\` asks for, append \`answer.message\` and a message with
  \`role: "tool"\` and \`toolCallId\`, ask again.
- Tengo: a failed call answers an error: test it with \`is_error(x)\`, read \`x.value.code\`. \`x := \` defines once in a block, then \`x = \`.
  The result is what the script exports: \`export value\`; a top-level \`return\` is refused. \`print\` is \`fmt.println\`.
- Errors have \`code\`, \`message\`, \`retryable\`: catch with \`pcall\` or \`try\`, and test \`code\`.
- Lists count from 1 in Lua, but paths and positions that are given to \`data\`, \`text\` and \`state\` count from 0 in every language.
- Unknown options are errors: \`max_tokns\` fails with \`input.invalid\`.
`;
}

function methodNames(methods: readonly ApiMethod[]): string {
  return methods.map(({ name, signatures }) => `${name}${signatures.some(({ waits }) => waits) ? "*" : ""}`).join(", ");
}
