-- A small research report: plans questions, asks the model for each of them, and sums up.
--
--   llmspell run examples/research.lua --param topic="tidal energy"
--   llmspell run examples/research.lua --param topic="my subject" --param notes=my-notes.md --param questions:=5
--
-- Notes, where there are some, are given to the model to answer from: `notes`, or the file of the topic's name below.

local topic = params.topic or "tidal energy"
local count = params.questions or 3
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
