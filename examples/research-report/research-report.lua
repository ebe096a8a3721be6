-- ---
-- name: research-report
-- description: Researches a topic on the web - plans questions, searches, reads, writes a report with its sources - as a workflow.
-- parameters:
--   topic: { type: string, required: true, description: What the report is about }
--   questions: { type: integer, default: 2, min: 1, max: 8, description: How many it answers }
--   out: { type: string, default: report.md, description: Where it goes }
-- ---
--
-- llmspell run examples/research-report/research-report.lua --topic "tidal energy" --allow-net "*"
-- BRAVE_API_KEY, TAVILY_API_KEY, SERPER_API_KEY or SEARXNG_URL choose the search service.

local planner = agent.create {
  name = "planner",
  system = "You plan research: short questions that a search engine understands.",
  output = { questions = { type = "array", items = { type = "string" }, minItems = params.questions, maxItems = params.questions } },
}

-- The first result that can be read, summed up with regard to the question.
local function research(question)
  for _, result in ipairs(tools.web_search({ query = question, count = 5 }).results) do
    local ok, page = pcall(tools.web_fetch, { url = result.url })
    if ok then
      local prompt = "Answer from the page in two sentences.\n\nQuestion: " .. question .. "\n\nPage:\n"
      return { question = question, answer = llm.chat(prompt .. text.truncate(page.content, 20000)).content, source = result.url }
    end
    log.warn("cannot be read: " .. result.url, { code = page.code })
  end
  return { question = question, answer = "Nothing was found.", source = "" }
end

local function findings(step)
  return async.all(data.map(step.steps.plan.output.questions, function(question)
    return function() return research(question) end
  end))
end

local function page(step)
  local lines = { "# " .. step.input.topic, "", step.steps.summary.output, "" }
  for _, found in ipairs(step.steps.findings.output) do
    lines[#lines + 1] = "## " .. found.question .. "\n\n" .. found.answer .. "\n\nSource: " .. found.source .. "\n"
  end
  return table.concat(lines, "\n")
end

local flow = workflow.create {
  name = "research-report",
  input = { topic = "string" },
  steps = {
    { name = "plan", agent = planner, prompt = "Plan questions about {{ topic }}." },
    { name = "findings", fn = findings },
    {
      name = "summary",
      type = "llm",
      prompt = "Sum up in three sentences what these findings say about {{ topic }}:\n\n{{ findings.output | json }}",
    },
    { name = "page", fn = page },
    { name = "save", tool = "file_write", params = { path = params.out, content = "{{ page.output }}" } },
  },
}

local result = flow.run { topic = params.topic }
print(result.steps.page.output)
