const calls = [];
const remember = (value) => { calls.push(value); return value; };
const ch = channel.new(1);
await ch.send(remember);
const received = await ch.receive();
received("through a channel");
const store = state.create();
const watch = store.watch("", async (value, _, path) => {
  await async.sleep(1);
  remember(value.a.b);
});
await store.set("a.b", 1);
watch.stop();
await store.set("a.c", 2);
data.each([1], () => data.each(["nested"], remember));
const waited = await data.map([3, 1], async (x) => {
  await async.sleep(x);
  return x * 2;
});
const handed = data.map([(x) => x + 1], (f) => f(1));
return { calls, same: received === remember, waited, handed };
