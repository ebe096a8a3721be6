-- ---
-- name: debate
-- description: Two models argue about a question for some rounds, a third one judges.
-- parameters:
--   question: { type: string, required: true, description: What is argued about }
--   rounds: { type: integer, default: 2, min: 1, max: 6 }
--   models: { type: array, default: [], description: "Models for, against and of the judge (default: the run's model)" }
-- ---
--
-- llmspell run examples/debate/debate.lua --question "Tabs or spaces?" --models anthropic/claude-sonnet-4-5,openai/gpt-5,google/gemini-2.5-pro

local function speaker(name, model, system)
  return agent.create { name = name, model = model, system = system .. " Answer in at most three sentences." }
end

local sides = {
  speaker("for", params.models[1], "You argue for the statement. Answer what the other side said last."),
  speaker("against", params.models[2], "You argue against the statement. Answer what the other side said last."),
}
local judge = agent.create {
  name = "judge",
  model = params.models[3],
  system = "You judge a debate by its arguments alone, not by your own opinion.",
  output = {
    type = "object",
    properties = { winner = { type = "string", enum = { "for", "against", "draw" } }, reason = { type = "string" } },
    required = { "winner", "reason" },
  },
}

local said, last = {}, "Question: " .. params.question
for round = 1, params.rounds do
  for _, side in ipairs(sides) do
    last = tostring(side.run(last))
    said[#said + 1] = side.name .. ": " .. last
    print("[" .. round .. "] " .. said[#said] .. "\n")
  end
end

local verdict = judge.run("Question: " .. params.question .. "\n\n" .. table.concat(said, "\n\n")).object
print("Winner: " .. verdict.winner .. ". " .. verdict.reason)
