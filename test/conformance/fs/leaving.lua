local watcher = fs.watch(".")
fs.write("seen.txt", "1")
watcher:next()
watcher:close()
return watcher:next() == nil
