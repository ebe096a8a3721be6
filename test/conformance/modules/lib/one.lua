local one = { name = "one" }
function one.other() return require("lib.two").name end
return one
