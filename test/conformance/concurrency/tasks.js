const order = [];
const job = (name, ms) => async () => {
  await async.sleep(ms);
  order.push(name);
  return name;
};
const failure = (code) => Object.assign(new Error("no"), { code });
const caught = async (fn) => { try { await fn(); return undefined; } catch (error) { return error; } };
const task = async.spawn(async (a, b) => { await async.sleep(1); return a + b; }, 1, 2);
const all = await async.all([job("slow", 30), job("fast", 5), task]);
const race = await async.race([job("loser", 60), job("winner", 1)]);
const settled = await async.settle([job("ok", 1), () => { throw failure("my.error"); }]);
const allFailed = await caught(() => async.all([() => { throw failure("my.all"); }, job("other", 1)]));
const inTime = await async.timeout(1000, () => "in time");
const late = await caught(() => async.timeout(5, () => async.sleep(50)));
const nothing = [json.encode(await async.all([])), json.encode(await async.settle([]))];
return {
  sum: await task.await(),
  all,
  first: order[0],
  race,
  settled: [settled[0].status, settled[0].value, settled[1].status, settled[1].reason.code],
  all_failed: allFailed.code,
  in_time: inTime,
  late: late.code,
  nothing,
};
