async.spawn(function()
  async.sleep(10)
  print("the run waits for its tasks")
end)
print("returned")
return 1
