local _, mine = pcall(data.map, { 1 }, function()
  error({ code = "my.error", message = "mine", retryable = true, details = { max_tokens = 5, list = { 1, 2 } } })
end)
local _, later = pcall(cache.through, "k", 1000, function()
  async.sleep(1)
  error({ code = "my.later", message = "later" })
end)
local _, plain = pcall(data.each, { 1 }, function() error("plain text", 0) end)
local _, passed_on = pcall(data.each, { 1 }, function() fs.read("nowhere.txt") end)
local task = async.spawn(function() error({ code = "my.task", message = "in a task" }) end)
local _, in_task = pcall(task.await)
return {
  mine = { mine.code, mine.message, mine.retryable, mine.details },
  later = later.code,
  plain = text.contains(tostring(plain), "plain text"),
  passed_on = passed_on.code,
  in_task = { in_task.code, in_task.message },
}
