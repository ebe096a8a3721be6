const slow = async (x) => {
  await async.sleep(1);
  return x;
};
const keyed = await Promise.all(["pear", "fig", "apple"].map((word) => slow(word)));
const replaced = [];
for (const letter of "a-b") replaced.push(letter === "-" ? letter : await slow(letter.toUpperCase()));
const items = [];
const numbers = { async *[Symbol.asyncIterator]() { for (let n = 1; n <= 2; n++) yield await slow(n); } };
for await (const item of numbers) items.push(item);
const object = new Proxy({}, { get: (_, key) => slow(`field ${key}`) });
const double = async (x) => slow(x * 2);
const thenable = { then: (resolve) => slow("shown").then(resolve) };
async function* steps() {
  yield await slow("one");
  yield await slow("two");
}
const stepping = steps();
let guarded;
try {
  await slow();
  throw new Error("after waiting");
} catch (error) {
  guarded = [false, error.message];
}
return {
  sorted: keyed.toSorted(),
  replaced: replaced.join(""),
  items,
  field: await object.name,
  called: await double(4),
  shown: await thenable,
  coroutine: [(await stepping.next()).value, (await stepping.next()).value],
  guarded,
};
