-- ---
-- name: code-review
-- description: Reviews a diff, file by file and all files at once, and lists what it found by severity.
-- parameters:
--   diff: { type: file, default: change.diff, description: "A diff, such as `git diff` prints" }
--   out: { type: string, description: Also write the review to this file }
-- ---
--
-- git diff main > change.diff && llmspell run examples/code-review/code-review.lua --diff change.diff

local finding = {
  type = "object",
  properties = {
    severity = { type = "string", enum = { "high", "medium", "low" } },
    line = { type = "string", description = "The line of code that it is about" },
    problem = { type = "string" },
    advice = { type = "string" },
  },
  required = { "severity", "line", "problem", "advice" },
}

local reviewer = agent.create {
  name = "reviewer",
  system = "You review changes of code. Report bugs, security holes and data loss, nothing else: no style, no praise.",
  output = { type = "object", properties = { findings = { type = "array", items = finding } }, required = { "findings" } },
}

-- One piece for each file of the diff.
local changes = {}
for _, part in ipairs(text.split("\n" .. fs.read(params.diff), "\ndiff --git ")) do
  local file = part:match("^a/(%S+)")
  if file then changes[#changes + 1] = { file = file, diff = "diff --git " .. part } end
end
if #changes == 0 then error { code = "review.no_diff", message = params.diff .. " holds no diff" } end

local reviews = async.all(data.map(changes, function(change)
  return function() return reviewer.clone().run("Review this change:\n\n" .. change.diff).object.findings end
end))

local rank = { high = 1, medium = 2, low = 3 }
local found = {}
for i, findings in ipairs(reviews) do
  for _, each in ipairs(findings) do
    found[#found + 1] = { rank = rank[each.severity], file = changes[i].file, about = each }
  end
end
found = data.sort_by(found, { "rank", "file" })

local lines = { ("%d files, %d findings"):format(#changes, #found) }
for _, each in ipairs(found) do
  local about = each.about
  lines[#lines + 1] = ("\n%s  %s: %s"):format(about.severity:upper(), each.file, about.problem)
  lines[#lines + 1] = "  " .. text.trim(about.line)
  lines[#lines + 1] = "  -> " .. about.advice
end
local review = table.concat(lines, "\n")
print(review)
if params.out then fs.write(params.out, review .. "\n") end
