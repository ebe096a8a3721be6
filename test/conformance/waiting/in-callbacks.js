const order = [];
const note = (what) => { order.push(what); };
const slow = async (x) => {
  await async.sleep(1);
  note(x);
  return x;
};
const sorted = await data.sortBy([3, 1, 2], (x) => slow(x));
const replaced = await regex.replace("a1b2", "\\d", async (digit) => `${await slow(digit)}!`);
const updated = await state.update("n", async (now) => (now ?? 0) + (await slow(1)));
const nested = await data.map(["x"], (x) => data.map([x, "y"], (y) => slow(x + y)));
const atomic = await state.atomic(async () => {
  state.set("k", await slow("v"));
  return state.get("k");
});
return { order, sorted, replaced, updated, nested, atomic };
