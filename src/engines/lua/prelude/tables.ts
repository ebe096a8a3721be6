/**
 * Table functions as Lua versions where a metamethod or a comparator may wait; plain tables keep the C functions.
 */
export const TABLES = String.raw`
local P, N = ...
local type, error, select, tointeger = type, error, select, math.tointeger
local raw_metatable, plain = P.raw_metatable, P.plain
local insert, remove, unpack, move, concat, sort = table.insert, table.remove, table.unpack, table.move, table.concat, table.sort
local ipairs, pcall, c_tostring = ipairs, pcall, P.tostring
local maxinteger = math.maxinteger

-- Metatables without these leave a table as plain as none.
local function is_plain(t)
  local mt = raw_metatable(t)
  return mt == nil or type(t) ~= "table" or (mt.__index == nil and mt.__newindex == nil and mt.__len == nil)
end

local function integer(v, name, position)
  local i = tointeger(v)
  if i == nil and type(v) == "string" then i = tointeger(tonumber(v)) end
  if i == nil then
    local what = type(v) == "number" and "number has no integer representation" or ("number expected, got " .. (v == nil and "no value" or type(v)))
    error("bad argument #" .. position .. " to '" .. name .. "' (" .. what .. ")", 3)
  end
  return i
end

function table.insert(t, ...)
  if is_plain(t) then return insert(t, ...) end
  local n = select("#", ...)
  local size = #t + 1
  if n == 1 then
    t[size] = ...
  elseif n == 2 then
    local position, value = ...
    position = integer(position, "insert", 2)
    if position < 1 or position > size then error("bad argument #2 to 'insert' (position out of bounds)", 2) end
    for i = size, position + 1, -1 do t[i] = t[i - 1] end
    t[position] = value
  else
    error("wrong number of arguments to 'insert'", 2)
  end
end

function table.remove(t, ...)
  if is_plain(t) then return remove(t, ...) end
  local size = #t
  local position = size
  if select("#", ...) > 0 then
    position = integer((...), "remove", 2)
    if size + 1 ~= position and (position < 1 or position > size + 1) and not (size == 0 and position == 0) then
      error("bad argument #2 to 'remove' (position out of bounds)", 2)
    end
  end
  local value = t[position]
  while position < size do
    t[position] = t[position + 1]
    position = position + 1
  end
  t[position] = nil
  return value
end

local function waiting_unpack(t, i, j)
  if type(t) == "table" and is_plain(t) then return unpack(t, i, j) end
  i = i == nil and 1 or integer(i, "unpack", 2)
  j = j == nil and #t or integer(j, "unpack", 3)
  if i > j then return end
  if j - i >= 1000000 or j - i < 0 then error("too many results to unpack", 2) end
  local values = {}
  for k = i, j do values[k - i + 1] = t[k] end
  return unpack(values, 1, j - i + 1)
end
table.unpack, _G.unpack = waiting_unpack, waiting_unpack

function table.move(a, from, to, target, b)
  if is_plain(a) and (b == nil or is_plain(b)) then return move(a, from, to, target, b) end
  from, to, target = integer(from, "move", 2), integer(to, "move", 3), integer(target, "move", 4)
  if b == nil then b = a end
  if to >= from then
    if not (from > 0 or to < maxinteger + from) then error("bad argument #3 to 'move' (too many elements to move)", 2) end
    if target > maxinteger - (to - from + 1) + 1 then error("bad argument #4 to 'move' (destination wrap around)", 2) end
    if target > to or target <= from or a ~= b then
      for i = 0, to - from do b[target + i] = a[from + i] end
    else
      for i = to - from, 0, -1 do b[target + i] = a[from + i] end
    end
  end
  return b
end

function table.concat(t, separator, i, j)
  if type(separator) == "userdata" then separator = plain(separator) end
  if type(t) == "table" and is_plain(t) then
    local ok, result = pcall(concat, t, separator, i, j)
    if ok then return result end
  end
  i = i == nil and 1 or integer(i, "concat", 3)
  j = j == nil and #t or integer(j, "concat", 4)
  local parts = {}
  for k = i, j do
    local value = plain(t[k])
    if type(value) ~= "string" and type(value) ~= "number" then
      error("invalid value (at index " .. k .. ") in table for 'concat'", 2)
    end
    parts[k - i + 1] = value
  end
  return concat(parts, separator, 1, j - i + 1)
end

local function next_index(t, i)
  i = i + 1
  local value = t[i]
  if value ~= nil then return i, value end
end
function _G.ipairs(...)
  local t = ...
  local mt = raw_metatable(t)
  if mt ~= nil and mt.__index ~= nil then return next_index, t, 0 end
  return ipairs(...)
end

local function invalid() error("invalid order function for sorting", 0) end

-- Quicksort with the middle of three as pivot, the smaller part first; insertion sort for short ranges.
local function quicksort(t, low, high, less)
  while high - low > 12 do
    local middle = (low + high) // 2
    local a, b, c = t[low], t[middle], t[high]
    if less(b, a) then a, b = b, a end
    if less(c, b) then
      b, c = c, b
      if less(b, a) then a, b = b, a end
    end
    t[low], t[high] = a, c
    local pivot = b
    t[middle], t[high - 1] = t[high - 1], pivot
    local i, j = low, high - 1
    while true do
      i = i + 1
      local x = t[i]
      while less(x, pivot) do
        if i >= high then invalid() end
        i = i + 1
        x = t[i]
      end
      j = j - 1
      local y = t[j]
      while less(pivot, y) do
        if j <= low then invalid() end
        j = j - 1
        y = t[j]
      end
      if j < i then break end
      t[i], t[j] = y, x
    end
    t[high - 1], t[i] = t[i], pivot
    if i - low < high - i then
      quicksort(t, low, i - 1, less)
      low = i + 1
    else
      quicksort(t, i + 1, high, less)
      high = i - 1
    end
  end
  for i = low + 1, high do
    local value = t[i]
    local j = i - 1
    while j >= low do
      local other = t[j]
      if not less(value, other) then break end
      t[j + 1] = other
      j = j - 1
    end
    t[j + 1] = value
  end
end

-- Types that compare without a metamethod; others without __lt get Lua's message at the script's line.
local function less_than(a, b)
  local kind, other = type(a), type(b)
  if kind ~= other or (kind ~= "number" and kind ~= "string") then
    local left, right = raw_metatable(a), raw_metatable(b)
    if not (left and left.__lt ~= nil) and not (right and right.__lt ~= nil) then
      local what = kind == other and "two " .. kind .. " values" or kind .. " with " .. other
      error("attempt to compare " .. what, 0)
    end
  end
  return a < b
end

function table.sort(t, ...)
  local less = ...
  if type(t) ~= "table" then return sort(t, ...) end
  if less == nil then
    local kind = type(t[1])
    if is_plain(t) and (kind == "number" or kind == "string" or kind == "nil") then return sort(t) end
    less = less_than
  elseif type(less) ~= "function" then
    return sort(t, ...)
  end
  local n = #t
  if n >= 2147483647 then error("bad argument #1 to 'sort' (array too big)", 2) end
  quicksort(t, 1, n, less)
end
`;
