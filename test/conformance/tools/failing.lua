return tools.create({ name = "t", execute = function() error("no luck") end }):execute()
