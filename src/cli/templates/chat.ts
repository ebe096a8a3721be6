import type { SpellTemplate } from "./template.ts";

export const chatTemplate: SpellTemplate = {
  summary: "a conversation: each line of standard input is a turn",
  manifest: `description: A conversation. Each line of standard input is a turn; without any, "question" is the only one.
parameters:
  question:
    type: string
    default: What can you do?
    description: What is asked where standard input is empty.
  system:
    type: string
    default: You are a helpful and brief assistant.
    description: What the model is told about itself.
`,
  lua: `---@type PARAMS
local params = params

local session = llm.session { system = params.system }
local turns = data.filter(text.lines(stdin or ""), function(line) return not text.is_blank(line) end)
if #turns == 0 then turns = { params.question } end

for _, turn in ipairs(turns) do
  print("> " .. turn)
  session:stream(turn, function(piece) io.write(piece) end)
  print()
end

log.info("tokens", { total = session:usage().usage.total_tokens })
`,
  js: `const session = llm.session({ system: params.system });
const lines = text.lines(stdin ?? "").filter((line) => line.trim() !== "");
const turns = lines.length > 0 ? lines : [params.question];

for (const turn of turns) {
  console.log(\`> \${turn}\`);
  await session.stream(turn, (piece) => console.write(piece));
  console.log();
}

log.info("tokens", { total: session.usage().usage.totalTokens });
`,
  tengo: `session := llm.session({system: params.system})
turns := data.filter(text.lines(stdin || ""), func(line) { return !text.is_blank(line) })
if len(turns) == 0 { turns = [params.question] }

for turn in turns {
  fmt.println("> ", turn)
  session.stream(turn, func(piece) { fmt.print(piece) })
  fmt.println()
}

log.info("tokens", {total: session.usage().usage.total_tokens})
`,
};
