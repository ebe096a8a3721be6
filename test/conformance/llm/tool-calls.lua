local tools = { { name = "add", parameters = { a = { type = "number" }, b = { type = "number" } } } }
local question = { role = "user", content = "How much is 1 and 2?" }
local first = llm.complete({ messages = { question }, tools = tools })
local call = first.tool_calls[1]
local answered = { role = "tool", tool_call_id = call.id, content = '"three"' }
local second = llm.complete({ messages = { question, first.message, answered }, tools = tools })
return { name = call.name, sum = call.arguments.a + call.arguments.b, reason = first.finish_reason, text = tostring(second) }
