// Without the cancelled call the run would last as long as the tool sleeps.
let wentOn = false;
const slow = tools.create({ name: "t", timeoutMs: 20, async execute() {
  await util.sleep(100000).catch(() => {});
  await util.sleep(100000);
  wentOn = true;
} });
const problem = await slow.execute().catch((error) => error);
return { code: problem.code, message: problem.message, went_on: wentOn };
