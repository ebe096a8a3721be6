-- ---
-- name: translation-batch
-- description: Translates every text of a folder into several languages, and keeps placeholders and code as they are.
-- parameters:
--   texts: { type: string, default: texts/*.md, description: Which files }
--   languages: { type: array, default: [German, French], description: Into what }
--   out: { type: string, default: translated, description: "Folder of the translations, one folder a language" }
--   concurrency: { type: integer, default: 4, min: 1, max: 32, description: How many at once }
-- ---
--
-- llmspell run examples/translation-batch/translation-batch.lua --texts "locale/*.md" --languages Spanish

-- What must come back unchanged.
local KEPT = "\\{\\w+\\}|`[^`]+`"

local function kept(content)
  return data.sort_by(data.map(regex.find_all(content, KEPT), function(found) return found.text end))
end

local jobs = {}
for _, file in ipairs(fs.glob(params.texts)) do
  for _, language in ipairs(params.languages) do
    jobs[#jobs + 1] = { file = file, language = language, source = fs.read(file) }
  end
end

if #jobs == 0 then error("no file is like " .. params.texts) end

local function translate(job)
  local request = "Translate into " .. job.language .. ". Keep Markdown, {placeholders} and `code` exactly. Answer with the translation alone.\n\n"
  local answer = llm.chat(request .. job.source)
  if not data.equal(kept(job.source), kept(answer)) then
    answer = llm.chat("These must be kept exactly: " .. table.concat(kept(job.source), " ") .. "\n\n" .. request .. job.source)
  end
  local ok = data.equal(kept(job.source), kept(answer))
  if ok then fs.write(params.out .. "/" .. job.language:lower() .. "/" .. job.file:match("[^/]+$"), text.trim(answer) .. "\n") end
  return ok
end

local done = 0
for _, group in ipairs(data.chunk(jobs, params.concurrency)) do
  local results = async.all(data.map(group, function(job) return function() return translate(job) end end))
  for i, ok in ipairs(results) do
    local job = group[i]
    print((ok and "ok    " or "FAILED") .. "  " .. job.language .. "  " .. job.file)
    if ok then done = done + 1 end
  end
end
print(done .. " of " .. #jobs .. " translated")
