const failure = (code, message, more) => Object.assign(new Error(message), { code, ...more });
const caught = async (fn) => { try { await fn(); return undefined; } catch (error) { return error; } };
const mine = await caught(() => data.map([1], () => {
  throw failure("my.error", "mine", { retryable: true, details: { max_tokens: 5, list: [1, 2] } });
}));
const later = await caught(() => cache.through("k", 1000, async () => {
  await async.sleep(1);
  throw failure("my.later", "later");
}));
const plain = await caught(() => data.each([1], () => { throw new Error("plain text"); }));
const passedOn = await caught(() => data.each([1], () => { fs.read("nowhere.txt"); }));
const task = async.spawn(() => { throw failure("my.task", "in a task"); });
const inTask = await caught(() => task.await());
return {
  mine: [mine.code, mine.message, mine.retryable, mine.details],
  later: later.code,
  plain: text.contains(String(plain), "plain text"),
  passed_on: passedOn.code,
  in_task: [inTask.code, inTask.message],
};
