-- Tool calling by hand: the model is offered tools, says which it wants, the spell calls it and gives back the result.

local tools = {
  calculator = {
    description = "Calculates an arithmetic expression such as 2 * (3 + 4).",
    parameters = { expression = { type = "string", required = true } },
    run = function(input)
      local expression = input.expression:gsub("[^%d%.%+%-%*/%(%) ]", "")
      return assert(load("return " .. expression))()
    end,
  },
}

local offered = {}
for name, tool in pairs(tools) do
  offered[#offered + 1] = { name = name, description = tool.description, parameters = tool.parameters }
end

local messages = { { role = "user", content = "Use the calculator to compute 12 * 7." } }
local answer = llm.complete { messages = messages, tools = offered }
while #answer.tool_calls > 0 do
  messages[#messages + 1] = answer.message
  for _, call in ipairs(answer.tool_calls) do
    local result = tools[call.name].run(call.arguments)
    print(call.name .. ": " .. json.encode(call.arguments) .. " = " .. result)
    messages[#messages + 1] = { role = "tool", tool_call_id = call.id, name = call.name, content = tostring(result) }
  end
  answer = llm.complete { messages = messages, tools = offered }
end
print(answer)
