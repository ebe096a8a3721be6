const [seen, jobs] = [[], []];
let started = 0;
for (let n = 1; n <= 10; n++) {
  jobs.push(async.spawn(async () => {
    started += 1;
    await async.sleep(20);
    seen.push(started);
    return n;
  }));
}
return { sum: data.sum(await async.all(jobs)), started_before_the_first_ended: data.min(seen) };
