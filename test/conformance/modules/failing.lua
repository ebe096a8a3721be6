require("lib.broken")
