const watcher = fs.watch("box", { recursive: true });
const writer = async.spawn(async () => {
  await async.sleep(20);
  fs.write("box/new.txt", "x");
});
const change = await watcher.next();
await writer.await();
watcher.close();
return [change.type, change.path, util.typeOf(await watcher.next())];
