local function inner(value)
  error({ code = "my.inner", message = value })
end
data.each({ "a" }, function(outer)
  data.each({ outer }, inner)
end)
