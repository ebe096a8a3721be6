const caught = async (fn) => {
  try {
    await fn();
    return "fine";
  } catch (problem) {
    return problem.code;
  }
};
const failure = (code) => Object.assign(new Error("no"), { code });
let tries = 0;
const undone = [];
const retried = workflow.create({ steps: [
  { name: "flaky", retry: { maxAttempts: 3, baseDelay: 1, backoff: "linear" }, fn: ({ attempt }) => {
    tries += 1;
    if (attempt < 3) throw new Error("not yet");
    return "third";
  } },
] });
const undo = (name) => ({ fn: () => { undone.push(name); } });
const saga = workflow.create({ name: "saga", steps: [
  { name: "one", fn: () => 1, compensate: undo("one") },
  { name: "two", fn: () => 2, compensate: undo("two") },
  { name: "three", fn: () => { throw failure("my.code"); } },
] });
let problem;
try { await saga.run(); } catch (error) { problem = error; }
const quiet = await saga.run({}, { throwOnError: false });
const fails = () => { throw new Error("x"); };
const handled = await workflow.create({ steps: [
  { name: "skipped", condition: "input.never", fn: () => "no" },
  { name: "shrugged", onError: "continue", fn: fails },
  { name: "ignored", onError: "skip", fn: fails },
  { name: "valued", fallbackValue: "instead of {{ error.code }}", fn: () => { throw failure("a.b"); } },
  { name: "replaced", fallback: { fn: () => "other" }, fn: fails },
  { name: "late", timeout: 5, onError: "continue", fn: () => util.sleep(60000) },
  { name: "watched", onFailure: "alarm", onError: "continue", fn: fails },
  { name: "alarm", fn: () => "rung" },
] }).run();
return {
  retried: (await retried.run()).output, tries,
  code: problem.code, step: problem.details.step, inner: problem.details.error.code, steps: problem.details.steps.two.status,
  undone, quiet: quiet.status, quiet_error: quiet.error.step,
  states: Object.fromEntries(Object.entries(handled.steps).map(([name, { status }]) => [name, status])),
  valued: handled.steps.valued.output, replaced: handled.steps.replaced.output,
  late: handled.steps.late.error.code, alarm: handled.steps.alarm.output,
  cycle: await caught(() => workflow.dag({ steps: [{ name: "a", prompt: "x", dependsOn: "b" }, { name: "b", prompt: "{{ a.output }}" }] })),
  missing: await caught(() => workflow.create({ steps: [{ name: "a", prompt: "{{ steps.b.output }}" }] })),
  template: await caught(() => workflow.create({ steps: [{ name: "a", prompt: "{{ a | }}" }] })),
  nothing: await caught(() => workflow.create({ steps: [{ name: "a" }] })),
  twice: await caught(() => workflow.create({ steps: [{ name: "a", prompt: "x" }, { name: "a", prompt: "x" }] })),
  unknown: await caught(() => workflow.create({ steps: [{ workflow: "nowhere", onError: "fail" }] }).run()),
  input: await caught(() => workflow.create({ input: { n: { type: "integer", required: true } }, steps: [] }).run({})),
  endless: await caught(() => workflow.loop({ condition: true, maxIterations: 5, steps: [{ fn: () => null }] }).run()),
};
