const seen = new Set();
const wrong = [];
const check = (where, value) => {
  for (const [key, item] of Object.entries(value)) {
    if (key.includes("_")) wrong.push(`${where}: ${key}`);
    if (typeof item === "object" && item !== null && key !== "data") check(where, item);
  }
};
events.on("**", (e) => {
  if (e.type === "own.said") return;
  seen.add(e.type);
  check(e.type, e);
});
let own;
events.on("own.said", (e) => {
  own = [e.stepName, e.step_name === undefined, e.tool_name, e.data.stepName, e.run_id !== undefined, e.error];
});
events.emit("own.said", { stepName: "camel", tool_name: "snake", error: "text" });

const hooked = [];
hooks.register({
  afterAgentRun(ctx, name, input, output) {
    check("hook", ctx);
    hooked.push(output.finish_reason);
    return { ...output, text: `${output.text}!` };
  },
  afterWorkflow(ctx, name, input, output) {
    hooked.push(output.steps.one.duration_ms !== undefined);
  },
  beforeGenerate(ctx, request) {
    hooked.push(request.max_tokens);
  },
});
guardrails.add({ check: "pii", action: "redact" });
const other = agent.create({ name: "other" });
const clerk = agent.create({
  name: "clerk",
  maxTokens: 99,
  handoffs: [other],
  tools: [{ name: "noop", execute: () => ({ camelCase: 1, snake_case: 2 }) }],
});
const heard = [];
clerk.on("step", (e) => {
  check("agent.on", { ...e, step: { ...e.step, toolCalls: [] } });
  heard.push(e.step.finishReason);
});
const result = await clerk.run("go");
const untouched = result.toolCalls[0].result;
const flow = workflow.sequential({ name: "flow", steps: [{ name: "one", fn: () => 1 }] });
flow.on("*", (e) => {
  check("workflow.on", e);
  if (e.step_name) heard.push(e.step_name);
});
await flow.run();
const bad = workflow.sequential({
  name: "bad",
  steps: [
    {
      name: "broken",
      retry: { maxAttempts: 2, baseDelay: 1 },
      fn: () => {
        throw new Error("no");
      },
    },
    { name: "after", fn: () => 1 },
  ],
});
await bad.run().catch(() => null);
await tools.execute("noop-not-there").catch(() => null);
tools.create({
  name: "failing",
  execute() {
    throw new Error("no");
  },
});
await tools.execute("failing").catch(() => null);
try {
  fs.read("../outside.txt");
} catch {}
await events.flush();
const read = events.history({ pattern: "workflow.step.*", where: { step_name: "one" } });
const first = events.history("tool.executed")[0];
return {
  own,
  wrong: wrong.sort().join(" "),
  types: [...seen].sort(),
  hooked,
  heard,
  text: String(result),
  untouched: [untouched.camelCase, untouched.snake_case],
  read: read.length,
  tool: first.tool_name,
};
