local clock = agent.create({ name = "clock", tools = { { name = "now", execute = function() return "noon" end } } })
local pieces, events = {}, {}
local result = clock:stream("What time is it?", function(text, event)
  pieces[#pieces + 1] = text
  local shown = event.type
  if event.tool_call then shown = shown .. ":" .. event.tool_call.name end
  if event.tool_result then shown = shown .. ":" .. event.tool_result.name .. ":" .. event.tool_result.result end
  if events[#events] ~= shown then events[#events + 1] = shown end
end)
local context = clock:run_with_context("Hello", { user = "Ada" }, { conversation = false })
return { text = tostring(result), pieces = table.concat(pieces), events = events, context = tostring(context) }
