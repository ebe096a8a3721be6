local p = promise.new(function(resolve)
  async.spawn(function()
    async.sleep(1)
    resolve("resolved")
  end)
end)
local chained = p:and_then(function(value) return value .. " then" end)
local saved = promise.reject({ code = "my.error", message = "no" }):catch(function(e) return "caught " .. e.code end)
local ended
local finished = promise.resolve("x"):finally(function() ended = true end)
local all = promise.all({ promise.resolve(1), promise.resolve(2) })
local settled = promise.all_settled({ promise.resolve(1), promise.reject("no") }):await()
return {
  p:await(), chained:await(), saved:await(), finished:await(), ended, all:await(),
  promise.race({ promise.resolve("first"), promise.new(function() end) }):await(),
  { settled[1].status, settled[1].value, settled[2].status, settled[2].reason },
}
