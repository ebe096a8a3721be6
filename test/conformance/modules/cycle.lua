local one = require("lib.one")
return { one.name, one.other() }
