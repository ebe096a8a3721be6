-- ---
-- name: site-monitor
-- description: Looks at pages, compares them with the last visit, and says in a sentence what changed and whether it matters.
-- parameters:
--   pages: { type: array, required: true, description: Addresses to look at }
--   selector: { type: string, default: main, description: The part of each page that counts }
--   cares: { type: string, default: prices and conditions, description: What matters to the reader }
-- ---
--
-- llmspell run examples/site-monitor/site-monitor.lua --allow-net example.com --pages https://example.com/prices

local verdict = {
  type = "object",
  properties = { matters = { type = "boolean" }, summary = { type = "string" } },
  required = { "matters", "summary" },
}

for _, page in ipairs(params.pages) do
  local ok, seen = pcall(tools.page_watch, { url = page, selector = params.selector })
  if not ok then
    print("FAILED   " .. page .. ": " .. seen.code)
  elseif seen.first then
    print("new      " .. page)
  elseif not seen.changed then
    print("same     " .. page)
  else
    local judged = llm.object {
      prompt = "The reader cares about " .. params.cares .. ". A page changed. Say in one sentence what, and whether it matters to the reader."
        .. "\n\nGone:\n" .. table.concat(seen.removed, "\n") .. "\n\nNew:\n" .. table.concat(seen.added, "\n"),
      schema = verdict,
    }
    print((judged.matters and "CHANGED  " or "changed  ") .. page .. ": " .. judged.summary)
  end
end
