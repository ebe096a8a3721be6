local shared = require("lib.shared")
shared.loaded()
local greet = {}
function greet.hello(name) return shared.greeting .. ", " .. name end
function greet.wait()
  async.sleep(1)
  return "waited in a module"
end
return greet
