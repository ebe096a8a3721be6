local added = {
  guardrails.add({ check = "pii", action = "redact" }),
  guardrails.add("secrets"),
  guardrails.add({ name = "short", on = "input", check = function(value) return #value < 200 or "too long" end }),
}
local listed = {}
for _, each in ipairs(guardrails.list()) do table.insert(listed, { each.name, each.on, each.action }) end
local verdict = guardrails.check("IBAN DE89 3704 0044 0532 0130 00, bob@example.com", { names = { "pii" } })
local rules = {}
for _, each in ipairs(verdict.violations) do table.insert(rules, each.rule) end
local first = llm.chat("I am bob@example.com").content
local streamed = ""
llm.stream("hi", function(text) streamed = streamed .. text end)
local errors = {}
local function refused(prompt)
  local ok, e = pcall(llm.chat, prompt)
  if not ok then table.insert(errors, { e.code, e.details.guardrail, e.details.stage, e.details.violations[1].rule }) end
end
refused("key sk-" .. string.rep("aB3x", 8))
refused(string.rep("x", 300))
local removed = { guardrails.remove("short"), guardrails.remove("nobody") }
refused("say the key")
local triggered = {}
for _, e in ipairs(events.history("guardrail.triggered")) do table.insert(triggered, { e.guardrail, e.stage }) end
return { added = added, listed = listed, removed = removed, first = first, streamed = streamed, errors = errors,
  verdict = { verdict.passed, verdict.text, rules }, triggered = triggered }
