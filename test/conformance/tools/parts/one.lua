return { name = "from_script", parameters = { n = "number" }, execute = function(args) return args.n + 1 end }
