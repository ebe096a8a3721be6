local config = require("lib.config")
local two = async.all({
  function() return require("lib.slow").n end,
  function() return require("lib.slow").n end,
})
return { config.text, two }
