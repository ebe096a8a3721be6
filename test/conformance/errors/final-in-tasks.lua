local task = async.spawn(function() while true do end end)
pcall(task.await)
return "went on"
