local greet = require("lib.greet")
local again = require("lib.greet")
local shared = require("lib.shared")
local _, missing = pcall(require, "lib.nothing")
local _, outside = pcall(require, "...package")
return {
  greeting = greet.hello("Ada"),
  once = greet == again and shared.loads() == 1,
  waits = greet.wait(),
  missing = missing.code,
  outside = outside.code,
}
