function program()
  local text = ""
  for i = 1, 20000 do text = text .. i % 10 end
  return #text
end
