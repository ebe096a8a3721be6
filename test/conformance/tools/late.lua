return tools.create({ name = "t", timeout_ms = 20, execute = function() util.sleep(10000) end }):execute()
