const seen = [];
const codes = [];
tools.create({ name: "double", parameters: { n: "integer" }, execute: ({ n }) => n * 2 });
const clerk = agent.create({ name: "clerk" });
const flow = workflow.create({ name: "flow", steps: [{ name: "add", fn: ({ input }) => input.n + 1 }] });
const code = async (fn) => { try { await fn(); return null; } catch (e) { return e.code; } };

hooks.register({
  beforeToolCall: (ctx, name, input) => { seen.push([ctx.point, name, input.n]); return { n: input.n + 1 }; },
  afterToolCall: (ctx, name, input, output) => output + 100,
  beforeAgentRun: (ctx, name, input) => { seen.push([ctx.point, name]); },
  afterAgentRun: (ctx, name) => { seen.push([ctx.point, name]); },
  beforeWorkflow: (ctx, name, input) => { seen.push([ctx.point, name, input.n]); return { n: input.n * 10 }; },
  afterWorkflow: (ctx, name, input, result) => { seen.push([ctx.point, name, result.output]); },
  beforeStep: (ctx, name) => { seen.push([ctx.point, name]); },
  afterStep: (ctx, name, input, result) => { seen.push([ctx.point, name, result]); return ctx.attempt < 2 ? { retry: true } : result + 0.5; },
}, { name: "all" });
const doubled = await tools.execute("double", { n: 3 });
const said = String(await clerk.run("hi"));
const flowed = (await flow.run({ n: 4 })).output;
hooks.unregister("all");

const stopped = async (point, run) => {
  hooks.register(point, () => ({ block: "closed" }), { name: "stop" });
  codes.push(await code(run));
  hooks.unregister("stop");
};
await stopped("beforeToolCall", () => tools.execute("double", { n: 1 }));
await stopped("beforeAgentRun", () => clerk.run("hi"));
await stopped("beforeWorkflow", () => flow.run({ n: 1 }));
await stopped("beforeStep", () => flow.run({ n: 1 }));
hooks.register("beforeToolCall", () => ({ replace: 7 }), { name: "instead" });
hooks.register("beforeStep", () => ({ replace: 8 }), { name: "other" });
const replaced = [await tools.execute("double", { n: 1 }), (await flow.run({ n: 1 })).output];
return { seen, codes, doubled, said, flowed, replaced };
