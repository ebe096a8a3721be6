function program()
  local map, sum = {}, 0
  for i = 1, 100000 do map["key" .. i] = i end
  for i = 1, 100000 do sum = sum + map["key" .. i] end
  return sum
end
