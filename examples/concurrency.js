// Several things at once in one spell: tasks, a channel, a deadline.

// Workers take numbers from one channel and put squares into another.
const numbers = channel.new(4);
const squares = channel.new(4);
for (let worker = 0; worker < 2; worker++) {
  async.spawn(async () => {
    for await (const n of numbers) {
      await async.sleep(n);
      await squares.send(n * n);
    }
  });
}
async.spawn(async () => {
  for (let n = 1; n <= 5; n++) await numbers.send(n);
  numbers.close();
});

let sum = 0;
for (let i = 0; i < 5; i++) sum += await squares.receive();
console.log(`sum of squares: ${sum}`);

// The first that answers wins.
const winner = await async.race([
  async () => {
    await async.sleep(200);
    return "slow";
  },
  async () => {
    await async.sleep(1);
    return "quick";
  },
]);
console.log(`winner: ${winner}`);

// What takes too long fails, and the failure can be caught.
try {
  await async.timeout(5, () => async.sleep(1000));
} catch (problem) {
  console.log(`in time: false (${problem.code})`);
}
