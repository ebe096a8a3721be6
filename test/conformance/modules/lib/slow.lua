async.sleep(5)
local count = cache.get("slow", 0) + 1
cache.set("slow", count)
return { n = count }
