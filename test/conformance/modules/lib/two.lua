local one = require("lib.one")
return { name = "two after " .. one.name }
