trace.event("began", { step = 1 })
local given = trace.span("load", function(span)
  span:attribute("rows", 3)
  span:attributes({ kind = "csv", tags = { "a", "b" } })
  trace.event("read", { bytes = 10 })
  trace.attribute("inner", true)
  local inner = trace.span("parse", function(part)
    part:status("ok", "fine")
    return 7
  end)
  span:event("parsed")
  return span.name .. inner
end, { attributes = { source = "disk" } })
local _, failed = pcall(trace.span, "fails", function() error({ code = "my.error", message = "no" }) end)
local kept
trace.span("kept", function(span) kept = span end)
local _, ended = pcall(kept.event, "late")
local _, deep = pcall(trace.attribute, "deep", { a = { b = 1 } })
return { given, failed.code, ended.code, deep.code }
