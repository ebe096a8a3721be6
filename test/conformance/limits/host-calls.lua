for _ = 1, 100 do pcall(cache.set, "a", 1) end
return "went on"
