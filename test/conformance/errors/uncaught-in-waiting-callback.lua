cache.through("k", 1000, function()
  async.sleep(1)
  local missing
  return missing.field
end)
