-- An agent with a tool of its own and one that is built in. `llmspell runs show last --tree` tells what it did.

local desk = agent.create {
  name = "desk",
  system = "You answer questions about orders. Look them up; never guess.",
  tools = {
    {
      name = "order_status",
      description = "The status of an order.",
      parameters = { number = { type = "integer", required = true } },
      execute = function(args) return { status = "order " .. args.number .. " is on its way" } end,
    },
    "calculator",
  },
  max_steps = 4,
}

local answer = desk:run("What is the status of order 17? Use order_status with number=17.")
print(answer)
for _, call in ipairs(answer.tool_calls) do print(call.name .. " -> " .. json.encode(call.result)) end
print(#answer.steps .. " steps, " .. answer.usage.total_tokens .. " tokens, " .. answer.finish_reason)
