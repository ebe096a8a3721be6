// research-workflow.js  
const workflow = workflow.sequential({
    name: "comprehensive_research"
});

// Step 1: Initial research
workflow.addStep({
    name: "research",
    agent: await llm.agent({
        model: "gpt-4", 
        tools: ["web_search"],
        system: "You are an expert researcher"
    }),
    prompt: "Research {{topic}} and gather comprehensive information"
});

// Step 2: Summarize findings
workflow.addStep({
    name: "summarize",
    agent: await llm.agent({
        model: "claude-3-opus",
        system: "You are an expert at creating clear, concise summaries"  
    }),
    prompt: "Summarize these research findings: {{research.output}}"
});

// Step 3: Create final report
workflow.addStep({
    name: "report",
    agent: await llm.agent({
        model: "gpt-4",
        tools: ["file_write"],
        system: "You are a technical writer"
    }),
    prompt: "Create a structured report from this summary: {{summarize.output}}"
});

// Execute workflow
const result = await workflow.run({
    topic: params.topic || "quantum computing applications"
});

console.log("Workflow completed:");
for (const [stepName, stepResult] of Object.entries(result.steps)) {
    console.log(`- ${stepName}: ${stepResult.status}`);
}

return result;
