function program()
  local list, sum = {}, 0
  for i = 1, 1000000 do list[#list + 1] = i * 2 end
  for _, value in ipairs(list) do sum = sum + value end
  return sum
end
