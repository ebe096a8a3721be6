-- ---
-- name: csv-analyst
-- description: Answers a question about a CSV file. The model plans the queries, the numbers come from the file.
-- parameters:
--   file: { type: file, default: sales.csv, description: First line are the names of the columns }
--   question: { type: string, default: Which region grew from August to September?, description: What the table shall answer }
-- ---
--
-- llmspell run examples/csv-analyst/csv-analyst.lua --file orders.csv --question "What sells best?"

local columns = data.keys(csv.decode(fs.read(params.file))[1])

local analyst = agent.create {
  name = "analyst",
  system = "You answer questions about the file " .. params.file .. " with the columns " .. table.concat(columns, ", ")
    .. ". Take every number from a query, never from memory. Answer in two sentences, then name the numbers you used.",
  tools = { "csv_query", "calculator" },
  max_steps = 8,
}

local answer = analyst.run(params.question)
print(answer)
print()
for _, call in ipairs(answer.tool_calls) do
  print("used " .. call.name .. " " .. json.encode(call.arguments, { sort_keys = true }))
end
