(async () => {
  await async.sleep(10);
  print("the run waits for its tasks");
})();
print("returned");
return 1;
