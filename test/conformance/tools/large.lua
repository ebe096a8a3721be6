return #tools.create({ name = "t", execute = function() return ("x"):rep(9000000) end }):execute()
