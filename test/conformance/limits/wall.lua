pcall(async.sleep, 60000)
return "went on"
