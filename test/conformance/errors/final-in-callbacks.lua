pcall(data.each, { 1 }, function()
  pcall(function() for _ = 1, 100 do cache.set("a", 1) end end)
  print("a callback went on")
end)
print("the script went on")
return "done"
