local watcher = fs.watch("box", { recursive = true })
local writer = async.spawn(function()
  async.sleep(20)
  fs.write("box/new.txt", "x")
end)
local change = watcher:next()
writer:await()
watcher:close()
return { change.type, change.path, util.type_of(watcher:next()) }
