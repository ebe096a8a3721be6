const seen = [];
const events = [];
const flow = workflow.sequential({ name: "made" });
flow.addStep({ name: "b", fn: async () => { seen.push("b"); await util.sleep(1); return "b"; } });
flow.insertStep("b", { name: "a", fn: () => { seen.push("a"); return "a"; } });
flow.insertStep(1, { name: "x", fn: () => null });
flow.removeStep("x");
flow.on("step.finished", (event) => { events.push(event.stepName); });
const before = flow.status().status;
const run = flow.start({ n: 1 });
let heard = 0;
run.on("*", () => { heard += 1; });
const paused = [run.pause(), run.pause(), run.status().status, flow.status().status];
util.sleep(1).then(() => run.resume());
const result = await run.wait();
const second = flow.start();
flow.pause();
const resumed = flow.resume();
const cancelled = [flow.cancel("enough"), flow.cancel()];
const third = flow.start();
third.cancel("no more");
const ended = [(await second.wait()).status, (await third.wait()).status, (await third.wait()).error.message, run.status().status];
const plain = workflow.create({ name: "plain", steps: [{ name: "ask", prompt: "{{ q }}" }, { name: "next", tool: "calculator" }] });
let problem;
try { flow.toJson(); } catch (error) { problem = error; }
fs.write("plain.yaml", plain.toYaml());
fs.write("plain.json", plain.toJson());
const fromYaml = await workflow.fromFile("plain.yaml");
const fromJson = await workflow.fromFile("plain.json");
return {
  before, paused, order: seen.join(""), events: events[0] + events[1], heard: heard > 0,
  result: result.output, resumed, cancelled, ended,
  problems: plain.validate().length, no_data: problem.code, same: fromYaml.toJson() === fromJson.toJson(), name: fromYaml.name,
  mermaid: plain.toMermaid().slice(0, 12), svg: plain.toSvg().slice(0, 4),
};
