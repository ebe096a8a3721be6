// A workflow: branches at once, retries with jitter, a time limit, a loop, a wait, one in another, undoing.
const log = [];
const note = (text) => fs.append("log.txt", text + "\n");
const inner = workflow.create({
  name: "inner",
  steps: [
    { name: "draw", fn: () => Math.random() < 2 },
    { name: "ask", prompt: "Say {{ draw.output }}.", retry: 2 },
  ],
});
const flow = workflow.create({
  name: "outer",
  steps: [
    {
      name: "both",
      type: "parallel",
      steps: [
        { name: "left", prompt: "left", timeout: 60_000 },
        {
          name: "right",
          fn: async () => {
            await util.sleep(2);
            note("right");
            return String(await llm.chat("right"));
          },
        },
        { name: "nested", workflow: inner },
      ],
    },
    {
      name: "flaky",
      retry: { maxAttempts: 4, baseDelay: 2, jitter: true, backoff: "exponential" },
      fn: ({ attempt }) => {
        note("try " + attempt);
        if (attempt < 3) throw new Error("not yet");
        return attempt;
      },
    },
    { name: "late", timeout: 4, onError: "continue", fn: () => util.sleep(60_000) },
    {
      name: "each",
      type: "loop",
      items: ["x", "y", "z"],
      maxConcurrency: 2,
      steps: [
        {
          name: "item",
          fn: async ({ item }) => {
            await util.sleep(1);
            return String(await llm.chat("item " + item));
          },
        },
      ],
    },
    { name: "pause", wait: 2 },
    {
      name: "grow",
      type: "loop",
      loop: "until",
      condition: "last >= 4",
      steps: [{ fn: ({ last }) => (last ?? 1) * 2 }],
    },
  ],
});
const saga = workflow.create({
  name: "saga",
  steps: [
    {
      name: "one",
      fn: () => note("one"),
      compensate: {
        fn: () => {
          note("undo one");
          log.push("one");
        },
      },
    },
    {
      name: "two",
      prompt: "two",
      compensate: {
        fn: () => {
          note("undo two");
          log.push("two");
        },
      },
    },
    {
      name: "three",
      fn: () => {
        throw new Error("no");
      },
    },
  ],
});
const first = workflow.parallel({
  name: "race",
  merge: "first",
  steps: [
    { name: "slow", fn: () => util.sleep(60_000) },
    { name: "fast", prompt: "fast" },
  ],
});
const started = flow.start({});
started.on("step.retried", (event) => log.push("retried " + event.attempt));
const result = await started.wait();
const failed = await saga.run({}, { throwOnError: false });
console.log(result.status, failed.status);
return {
  log,
  both: result.steps.both.output,
  attempts: result.steps.flaky.attempts,
  late: result.steps.late.error.code,
  each: result.steps.each.output,
  grow: result.output,
  saga: failed.error.step,
  race: (await first.run()).output,
  history: events.history("workflow.step.failed").map(({ stepName }) => stepName),
};
