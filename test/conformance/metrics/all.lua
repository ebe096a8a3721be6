local calls = metrics.counter("calls", { description = "Calls of tools", unit = "{call}" })
calls:add()
calls:add(2, { tool = "search" })
calls:add(3, { tool = "search" })
local queue = metrics.gauge("queue.length")
queue:set(5)
queue:add(-2)
local sizes = metrics.histogram("sizes", { buckets = { 10, 100 }, unit = "By" })
sizes:record(10)
sizes:record(11)
sizes:record(1000)
local timer = metrics.timer("work")
local answer = timer:time(function() return "done" end, { kind = "sum" })
local _, failed = pcall(timer.time, function() error({ code = "my.error", message = "no" }) end)
timer:record(20)
local watch = timer:start({ kind = "watch" })
local elapsed = watch:stop()
metrics.record("tool_usage", { tool = "search", duration = 45.2, success = true })
metrics.record("tool_usage", { tool = "search", duration = 4, success = true })
local usage = metrics.get("tool_usage")
local durations = metrics.get("tool_usage.duration")
local histogram = metrics.get("sizes")
local work = metrics.get("work")
local function code(fn, ...)
  local _, err = pcall(fn, ...)
  return err.code
end
local result = {
  counter = { calls:value(), calls:value({ tool = "search" }), calls.name, metrics.get("calls").unit },
  gauge = queue:value(),
  histogram = { histogram.kind, histogram.points[1].bucket_counts, histogram.points[1].sum, histogram.points[1].max },
  timer = { answer, failed.code, work.unit, #work.points, elapsed >= 0, watch:stop() == elapsed },
  recorded = { usage.points[1].value, usage.points[1].attributes.tool, usage.points[1].attributes.success, durations.points[1].count },
  names = metrics.list(),
  snapshot = #metrics.snapshot(),
  unknown = util.type_of(metrics.get("unknown")),
  codes = {
    code(metrics.gauge, "calls"),
    code(metrics.counter, "not a name"),
    code(calls.add, -1),
    code(calls.add, 1, { deep = { a = 1 } }),
    code(function()
      for i = 1, 3000 do calls:add(1, { user = "u" .. i }) end
    end),
  },
}
metrics.reset("calls")
result.reset = { calls:value(), queue:value() }
metrics.reset()
result.empty = { #metrics.snapshot(), #metrics.list() }
return result
