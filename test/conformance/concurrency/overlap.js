const before = time.now();
const jobs = [];
for (let n = 1; n <= 10; n++) {
  jobs.push(async.spawn(async () => {
    await async.sleep(50);
    return n;
  }));
}
return [data.sum(await async.all(jobs)), time.now() - before < 400];
