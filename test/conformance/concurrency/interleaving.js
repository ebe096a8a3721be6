const order = [];
const [ping, pong] = [channel.new(), channel.new()];
const first = async.spawn(async () => {
  for (let i = 1; i <= 3; i++) {
    order.push(`a${i}`);
    await ping.send(i);
    await pong.receive();
  }
});
const second = async.spawn(async () => {
  for (let n = 1; n <= 3; n++) {
    const i = await ping.receive();
    order.push(`b${i}`);
    await pong.send(i);
  }
});
await first.await();
await second.await();
return order;
