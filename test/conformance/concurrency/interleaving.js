const order = [];
const first = async.spawn(async () => {
  for (let i = 1; i <= 3; i++) {
    order.push(`a${i}`);
    await async.sleep(10);
  }
});
const second = async.spawn(async () => {
  await async.sleep(5);
  for (let i = 1; i <= 3; i++) {
    order.push(`b${i}`);
    await async.sleep(10);
  }
});
await first.await();
await second.await();
return order;
