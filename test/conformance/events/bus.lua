local seen = {}
local all = events.on("note.*", function(e) table.insert(seen, { e.type, e.n }) end)
events.once("note.*", function(e) table.insert(seen, { "once", e.n }) end)
events.on("note.written", function(e) table.insert(seen, { "even", e.n }) end, {
  filter = function(e) return e.n % 2 == 0 end,
})
for n = 1, 2 do events.emit("note.written", { n = n, agent_id = "a" }) end
all:off()
events.emit("note.written", { n = 4 })
local off = events.off("note.written")
events.emit("note.written", { n = 6 })
local big = events.filter("note.written", function(e) return e.n > 10 end)
big:on(function(e) table.insert(seen, { "big", e.n }) end)
local totals = events.aggregate("note.written", { by = "who", measure = "n" })
local recording = events.record("note.**")
async.spawn(function()
  async.sleep(2)
  events.emit("note.written", { n = 11, who = "x" })
  async.sleep(2)
  events.emit("note.written", { n = 12, who = "y" })
end)
local waited = events.wait_for("note.written", 5000).n
local filtered = big:wait_for().n
totals:stop()
local sums = totals:result()
local kept = #recording:events()
local list = recording:stop()
events.on("note.written", function(e)
  async.sleep(1)
  table.insert(seen, { "again", e.n, e.replayed })
end)
local replayed = events.replay(list, { where = { who = "x" } })
events.flush()
llm.chat("hi")
local history = {}
for _, e in ipairs(events.history({ pattern = "llm.*" })) do table.insert(history, e.type) end
local done = events.history({ pattern = "llm.finished", limit = 1 })[1]
local codes = {}
for _, name in ipairs({ "nope", "llm.finished" }) do
  local _, e = pcall(events.emit, name)
  table.insert(codes, e.code)
end
local _, late = pcall(events.wait_for, "never.comes", 2)
table.insert(codes, late.code)
return {
  seen = seen, off = off, waited = waited, filtered = filtered, kept = kept, replayed = replayed,
  history = history, codes = codes,
  sums = { sums.count, sums.sum, sums.groups.x.count, sums.groups.y.max },
  pattern = big.pattern,
  tokens = done.usage.input_tokens > 0,
  done = { done.success, done.provider },
}
