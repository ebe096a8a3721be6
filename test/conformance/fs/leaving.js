const watcher = await fs.watch(".");
fs.write("seen.txt", "1");
for await (const change of watcher) break;
return (await watcher.next()) === null;
