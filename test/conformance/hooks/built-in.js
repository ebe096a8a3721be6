const code = async (run) => {
  try {
    await run();
    return "none";
  } catch (error) {
    return error.code;
  }
};
let failures = 0;
const tried = {};
const flaky = (name) => {
  tried[name] = (tried[name] ?? 0) + 1;
  if (tried[name] < 3) throw new Error("not yet");
  return name;
};
hooks.use("retry", { any: true, delayMs: 1 });
tools.create({ name: "shaky", execute: () => flaky("tool") });
const tool = await tools.execute("shaky", {});
const flow = workflow.create({ name: "flow", steps: [{ name: "one", fn: () => flaky("step") }] });
const flowed = (await flow.run()).output;
hooks.unregister("retry");

hooks.use("retry", { any: true, delayMs: 1, max: 1 });
const picky = { name: "picky", on: "output", check: () => ++failures > 2 || "not good" };
const clerk = agent.create({ name: "clerk", retries: 0, guardrails: [picky] });
const said = String(await clerk.run("hi")).length > 0;
const info = hooks.list("onError").find(({ name }) => name === "retry").info.retries;
hooks.unregister("retry");

hooks.use("rateLimit", { max: 1, window_ms: 30 });
const began = time.now();
await llm.chat("one");
await Promise.all([llm.chat("two"), llm.chat("three")]);
const took = time.now() - began >= 55;
const { waited } = hooks.list("beforeGenerate")[0].info;
hooks.unregister("rateLimit");
hooks.use("rateLimit", { max: 1, windowMs: 60000, wait: false });
await llm.chat("four");
const refused = await code(() => llm.chat("five"));
hooks.unregister("rateLimit");

const states = [];
events.on("hook.*", (e) => void states.push(e.type));
hooks.register("afterToolCall", () => util.sleep(60000), { name: "slow", deadlineMs: 5 });
for (let i = 0; i < 3; i++) await tools.execute("shaky", {});
states.push(hooks.list("afterToolCall")[0].state);
await tools.execute("shaky", {});
states.push(String(hooks.list("afterToolCall")[0].calls));
hooks.enable("slow");
states.push(hooks.list("afterToolCall")[0].state);
hooks.unregister("slow");
hooks.register("beforeToolCall", () => util.sleep(60000), { name: "gate", deadlineMs: 5 });
const gated = [];
for (let i = 0; i < 4; i++) gated.push(await code(() => tools.execute("shaky", {})));
hooks.unregister("gate");

const near = [];
for (const wrong of [
  () => hooks.use("retry", { mxa: 1 }),
  () => hooks.use("rateLimit", { max: 1, window: 5 }),
  () => hooks.use("retry", { max: "many" }),
  () => guardrails.add({ check: "pattern", options: { patern: "x" } }),
]) {
  try {
    wrong();
  } catch (error) {
    near.push(`${error.code} ${error.message}`);
  }
}
return { tool, flowed, tried: [tried.tool, tried.step], said, info, took, waited, refused, states, gated, near };
