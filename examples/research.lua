-- ---
-- name: research
-- description: A small research report. Plans questions, asks the model for each of them, and sums up.
-- parameters:
--   topic: { type: string, default: tidal energy, description: What to research }
--   questions: { type: integer, min: 1, max: 10, default: 3, description: How many questions }
--   notes: { type: file, description: "Notes to answer from (default: the file of the topic's name in examples/notes)" }
-- ---
--
-- llmspell run examples/research.lua --topic "tidal energy"
-- llmspell run examples/research.lua --topic "my subject" --notes my-notes.md --questions 5
-- llmspell run examples/research.lua --help

local topic, count = params.topic, params.questions
local notes_file = params.notes or "examples/notes/" .. text.slugify(topic) .. ".md"
local notes = (params.notes or fs.exists(notes_file)) and fs.read(notes_file) or nil

-- Passages of the notes: paragraphs, without headings.
local passages = {}
for _, paragraph in ipairs(text.split(notes or "", "\n\n")) do
  paragraph = text.trim(paragraph)
  if paragraph ~= "" and paragraph:sub(1, 1) ~= "#" then passages[#passages + 1] = paragraph end
end

local plan = llm.object {
  prompt = "Plan " .. count .. " questions to research about " .. topic .. ".",
  schema = {
    type = "object",
    properties = { questions = { type = "array", items = { type = "string" }, minItems = count, maxItems = count } },
    required = { "questions" },
  },
}

-- The two passages that fit a question best go with it.
local function answer(question)
  local prompt = "Question: " .. question .. " Answer in two sentences."
  if #passages == 0 then return llm.chat(prompt) end
  local best = llm.rerank(question, passages, { top_k = 2 })
  local texts = {}
  for i, passage in ipairs(best) do
    texts[i] = passage.document
  end
  return llm.chat(prompt .. "\n\nNotes:\n" .. table.concat(texts, "\n\n"))
end

-- All questions are asked at once; the answers come back in order.
local asked = {}
for i, question in ipairs(plan.questions) do
  asked[i] = function() return answer(question) end
end
local answers = async.all(asked)

local findings = {}
for i, found in ipairs(answers) do
  findings[i] = tostring(found)
end
local summary = llm.chat("Summarize in two sentences.\n\n" .. table.concat(findings, "\n\n"))

print("# Research: " .. topic)
print()
print(summary)
for i, question in ipairs(plan.questions) do
  print()
  print("## " .. i .. ". " .. question)
  print()
  print(findings[i])
end
print()
print("---")
print("Model: " .. summary.model .. ". Notes: " .. (notes and notes_file or "none") .. ".")
