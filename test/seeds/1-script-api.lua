-- LLM operations
local response = llm.chat("Hello, how are you?")
local completion = llm.complete("The meaning of life is", {max_tokens = 100})

-- Streaming
llm.stream("Tell me a story", function(chunk)
    io.write(chunk)
end)

-- Tool creation
local calculator = tool.create({
    name = "calculator",
    description = "Performs mathematical calculations",
    parameters = {
        expression = {type = "string", required = true}
    },
    execute = function(params)
        return {result = evaluate(params.expression)}
    end
})

-- Agent creation
local agent = agent.create({
    name = "researcher",
    tools = {"web_search", "calculator"},
    system_prompt = "You are a helpful research assistant"
})

local result = agent.run("What is the population of Tokyo?")

-- Workflow
local workflow = workflow.create({
    steps = {
        {name = "search", type = "tool", tool = "web_search"},
        {name = "summarize", type = "agent", agent = "summarizer"},
        {name = "save", type = "tool", tool = "file_writer"}
    }
})

-- Logging
log.info("Starting research workflow")
log.debug("Agent result:", result)

-- File operations
local content = fs.read("data.json")
local data = json.decode(content)
fs.write("output.json", json.encode(data))

-- HTTP operations
local response = http.get("https://api.example.com/data")
local result = http.post("https://api.example.com/process", {
    body = json.encode({query = "test"}),
    headers = {["Content-Type"] = "application/json"}
})
