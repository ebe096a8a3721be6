local value = (function()
  async.sleep(1)
  return "waited"
end)()
if value == "waited" then return { value, "returned early" } end
return "never"
