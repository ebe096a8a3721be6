const task = async.spawn(async () => {
  await async.sleep(1);
  while (true) {}
});
try { await task.await(); } catch {}
return "went on";
