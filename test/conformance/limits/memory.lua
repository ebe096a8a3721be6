local ok, failure = pcall(function()
  local held = {}
  for i = 1, 1e7 do held[i] = ("x"):rep(1000) .. i end
end)
collectgarbage()
return { ok, tostring(type(failure) == "table" and failure.code), json.encode({ "alive" }) }
