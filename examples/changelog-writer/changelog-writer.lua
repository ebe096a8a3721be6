-- ---
-- name: changelog-writer
-- description: Writes the next section of a changelog from commit messages, in the words of users, and puts it on top.
-- parameters:
--   commits: { type: file, default: commits.txt, description: "One message a line: git log --format=%s v1.2.0.." }
--   release: { type: string, required: true, description: "Its number, such as 1.3.0" }
--   date: { type: string, description: "As 2026-11-30 (default: today)" }
--   changelog: { type: string, default: CHANGELOG.md, description: The file it goes into }
-- ---
--
-- git log --format=%s v1.2.0.. > commits.txt && llmspell run examples/changelog-writer/changelog-writer.lua --release 1.3.0

local KINDS = { "Changed", "Added", "Fixed", "Internal" }

local entry = {
  type = "object",
  properties = {
    commit = { type = "integer", description = "Number of the commit" },
    kind = { type = "string", enum = KINDS },
    text = { type = "string", description = "What it means to a user, one sentence" },
    breaking = { type = "boolean" },
  },
  required = { "commit", "kind", "text", "breaking" },
}

local commits = data.filter(text.lines(fs.read(params.commits)), function(line) return text.trim(line) ~= "" end)
local numbered = {}
for i, commit in ipairs(commits) do numbered[i] = i .. ". " .. commit end

local entries = llm.object {
  system = "You write changelogs for users. Every commit becomes one entry; what users do not notice is Internal.",
  prompt = "Commits:\n" .. table.concat(numbered, "\n"),
  schema = { type = "array", items = entry, minItems = #commits, maxItems = #commits },
}

local section = { "## " .. params.release .. " - " .. (params.date or time.format(time.now(), "yyyy-MM-dd")) }
for _, kind in ipairs(KINDS) do
  local of_kind = data.filter(entries, function(each) return each.kind == kind and kind ~= "Internal" end)
  if #of_kind > 0 then section[#section + 1] = "\n### " .. kind .. "\n" end
  for _, each in ipairs(of_kind) do
    section[#section + 1] = "- " .. (each.breaking and "**Breaking:** " or "") .. each.text
  end
end

local before = fs.exists(params.changelog) and fs.read(params.changelog) or "# Changelog\n"
local title, rest = before:match("^(# [^\n]*\n)(.*)$")
fs.write(params.changelog, (title or "# Changelog\n") .. "\n" .. table.concat(section, "\n") .. "\n" .. (rest or before))
print(table.concat(section, "\n"))
