local seen = {}
hooks.register({
  before_generate = function(ctx, request)
    table.insert(seen, { ctx.point, ctx.attempt, request.max_tokens })
    request.temperature = 0.25
    return { value = request, metadata = { before = #request.messages } }
  end,
  afterGenerate = function(ctx, request, response)
    table.insert(seen, { ctx.metadata.before, request.temperature, response.usage.total_tokens > 0, response.content })
    return response
  end,
})
local first = llm.chat("hi", { max_tokens = 50 }).content
hooks.register("afterGenerate", function(_, _, response) return response.content .. "!" end, { name = "shout", priority = -1 })
local shouted = llm.chat("hi")
hooks.disable("shout")
local quiet = llm.chat("hi").content
hooks.enable("shout")
hooks.unregister("shout")
hooks.register("beforeGenerate", function() return { block = "closed" } end, { name = "stop", priority = 9 })
local codes = {}
local _, e = pcall(llm.chat, "hi")
table.insert(codes, { e.code, e.details.reason })
hooks.unregister("stop")
hooks.register("beforeGenerate", function() error("not today", 0) end, { name = "stop" })
_, e = pcall(llm.chat, "hi")
table.insert(codes, { e.code, e.details.reason })
hooks.unregister("stop")
hooks.register("beforeGenerate", function() async.sleep(1) return { replace = "instead" } end, { name = "own" })
local replaced = llm.chat("hi").content
hooks.unregister("own")
local tries = 0
hooks.register({
  afterGenerate = function(ctx)
    tries = ctx.attempt
    if ctx.attempt < 3 then return { retry = true } end
  end,
}, { name = "again" })
local again = llm.chat("hi").content
hooks.unregister("again")
hooks.register("onStreamChunk", function(_, text) return text:upper() end)
local streamed = ""
llm.stream("hi", function(text) streamed = streamed .. text end)
local cost = hooks.use("cost", { max_tokens = 1 })
llm.chat("hi")
_, e = pcall(llm.chat, "hi")
table.insert(codes, { e.code, e.details.hook })
local entry
for _, each in ipairs(hooks.list("afterGenerate")) do if each.name == cost then entry = each end end
_, e = pcall(hooks.disable, "nobody")
table.insert(codes, { e.code, json.null })
return { first = first, shouted = shouted.content, message = shouted.message.content, quiet = quiet, replaced = replaced,
  again = again, tries = tries, streamed = streamed, codes = codes, seen = { seen[1], seen[2] }, calls = entry.info.calls }
