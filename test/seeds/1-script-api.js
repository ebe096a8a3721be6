// LLM operations
const response = await llm.chat("Hello, how are you?");
const completion = await llm.complete("The meaning of life is", {maxTokens: 100});

// Tool creation
const calculator = tool.create({
    name: "calculator",
    description: "Performs calculations",
    parameters: {
        expression: {type: "string", required: true}
    },
    execute: async (params) => {
        return {result: eval(params.expression)};
    }
});

// Agent usage
const agent = agent.create({
    name: "researcher",
    tools: ["web_search", "calculator"],
    systemPrompt: "You are a helpful research assistant"
});

const result = await agent.run("What is the population of Tokyo?");

// Logging and file operations
log.info("Agent result:", result);
const data = JSON.parse(fs.read("data.json"));
fs.write("output.json", JSON.stringify(data));
