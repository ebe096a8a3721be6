-- Without the cancelled call the run would last as long as the tool sleeps.
local went_on = false
local slow = tools.create({ name = "t", timeout_ms = 20, execute = function()
  pcall(util.sleep, 100000)
  util.sleep(100000)
  went_on = true
end })
local _, problem = pcall(slow.execute)
return { code = problem.code, message = problem.message, went_on = went_on }
