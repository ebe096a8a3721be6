const requests = channel.new();
const server = async.spawn(async () => {
  for await (const request of requests) await request.reply.send(request.n * 2);
  return "served";
});
const ask = async (n) => {
  const reply = channel.new(1);
  await requests.send({ n, reply });
  return await reply.receive();
};
const answers = await async.all([() => ask(1), () => ask(2)]);
requests.close();
const [a, b] = [channel.new(1), channel.new(1)];
await b.send("ready");
const ready = await channel.select({ a, b });
a.close();
const closed = await channel.select({ a, b });
return [answers, await server.await(), [ready.name, ready.value, ready.closed], [closed.name, closed.closed]];
