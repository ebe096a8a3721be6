const p = new Promise((resolve) => { async.sleep(1).then(() => resolve("resolved")); });
const chained = p.then((value) => `${value} then`);
const saved = Promise.reject(Object.assign(new Error("no"), { code: "my.error" })).catch((e) => `caught ${e.code}`);
let ended;
const finished = Promise.resolve("x").finally(() => { ended = true; });
const all = Promise.all([Promise.resolve(1), Promise.resolve(2)]);
const settled = await Promise.allSettled([Promise.resolve(1), Promise.reject("no")]);
return [
  await p, await chained, await saved, await finished, ended, await all,
  await Promise.race([Promise.resolve("first"), new Promise(() => {})]),
  [settled[0].status, settled[0].value, settled[1].status, settled[1].reason],
];
