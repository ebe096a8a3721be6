-- ---
-- name: document-qa
-- description: Answers a question from documents, with the passages that say so, or says that they do not.
-- parameters:
--   docs: { type: string, default: "docs/**/*.md", description: Which files }
--   question: { type: string, default: How long is the warranty?, description: What the documents shall answer }
--   passages: { type: integer, default: 3, min: 1, max: 20, description: How many passages the model gets }
-- ---
--
-- llmspell run examples/document-qa/document-qa.lua --docs "manual/*.md" --question "Can I wash it?"

local passages = {}
for _, file in ipairs(fs.glob(params.docs)) do
  for _, paragraph in ipairs(text.split(fs.read(file), "\n\n")) do
    local body = text.trim(paragraph)
    if body ~= "" and body:sub(1, 1) ~= "#" then passages[#passages + 1] = { file = file, text = body } end
  end
end

if #passages == 0 then error("no passage in any file like " .. params.docs) end

local best = llm.rerank(params.question, data.map(passages, function(each) return each.text end), { top_k = params.passages })
local shown = {}
for number, each in ipairs(best) do
  shown[number] = "[" .. number .. "] " .. each.document
end

local answer = llm.object {
  system = "Answer from the passages alone. Name the passages that say so. If none does, say that the documents do not tell, and name none.",
  prompt = "Passages:\n" .. table.concat(shown, "\n") .. "\n\nQuestion: " .. params.question,
  schema = {
    type = "object",
    properties = {
      answer = { type = "string" },
      passages = { type = "array", items = { type = "integer", minimum = 1, maximum = #shown } },
    },
    required = { "answer", "passages" },
  },
}

print(answer.answer)
for _, number in ipairs(answer.passages) do
  local source = data.find(passages, function(each) return each.text == best[number].document end)
  print("  " .. source.file .. ": " .. text.truncate(source.text, 60))
end
