local name = "lib"
require("no.such.module")
