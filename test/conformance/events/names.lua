local function why(fn, ...)
  local ok, err = pcall(fn, ...)
  return ok and "fine" or err.code .. ": " .. err.message
end
local nothing = function() end
local answers = {
  why(events.on, "tool.excuted", nothing),
  why(events.once, "llm.finish", nothing),
  why(events.wait_for, "agent.finishd", 5),
  why(events.filter, "workflow.step.done.*", nothing),
  why(events.aggregate, "tool.*.*"),
  why(events.record, "run.end"),
  why(events.history, "state.change"),
  why(events.replay, {}, "budget.warn"),
  why(events.on, "tool", nothing),
  why(events.on, "message", nothing),
  why(events.emit, "tool.mine"),
  why(events.on, "workflow.**", nothing),
  why(events.on, "mine.done", nothing),
  why(events.on, "**.failed", nothing),
}
return answers
