local function quicksort(list, low, high)
  while low < high do
    local pivot = list[(low + high) // 2]
    local i, j = low, high
    while i <= j do
      while list[i] < pivot do i = i + 1 end
      while list[j] > pivot do j = j - 1 end
      if i <= j then
        list[i], list[j] = list[j], list[i]
        i, j = i + 1, j - 1
      end
    end
    if j - low < high - i then
      quicksort(list, low, j)
      low = i
    else
      quicksort(list, i, high)
      high = j
    end
  end
end

function program()
  local list, state = {}, 42
  for i = 1, 150000 do
    state = (state * 1103515245 + 12345) % 2147483648
    list[i] = state
  end
  quicksort(list, 1, #list)
  for i = 2, #list do
    if list[i - 1] > list[i] then error("not sorted") end
  end
  return list[75000]
end
