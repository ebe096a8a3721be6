await cache.through("k", 1000, async () => {
  await async.sleep(1);
  let missing;
  return missing.field;
});
