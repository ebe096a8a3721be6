const caught = async (fn) => { try { await fn(); return undefined; } catch (error) { return error; } };
const [jobs, done] = [channel.new(2), channel.create()];
const producer = async.spawn(async () => {
  for (let i = 1; i <= 4; i++) await jobs.send(i);
  jobs.close();
});
const worker = async.spawn(async () => {
  let total = 0;
  for await (const job of jobs) total += job;
  await done.send({ total });
});
const result = await done.receive();
await producer.await();
await worker.await();
const closed = await caught(() => jobs.send(9));
const empty = await caught(() => done.send(null));
const box = channel.new(1);
const tried = [box.trySend("a"), box.trySend("b")];
const lengths = [box.length()];
const taken = [box.tryReceive(), util.typeOf(box.tryReceive())];
lengths[1] = box.length();
const quick = channel.new(1);
async.spawn(async () => {
  await async.sleep(5);
  await quick.send("first");
});
const chosen = await channel.select({ quick, box });
return {
  total: result.total,
  after: [jobs.closed(), util.typeOf(await jobs.receive()), done.closed()],
  closed: closed.code,
  empty: empty.code,
  tried,
  lengths,
  taken,
  capacity: box.capacity,
  chosen: [chosen.name, chosen.value, chosen.closed],
};
