/** What compiled scripts call: operators that Lua has otherwise, indexing of Lua's own types, loops, calls. */
export const OPERATORS = String.raw`
local P, N = ...
local T = P.tengo
local type, rawget, rawset, rawequal, select, setmetatable = type, rawget, rawset, rawequal, select, setmetatable
local raw_metatable, math_type, next = P.raw_metatable, math.type, next
local fail, kind, REFUSALS, U, CHARS = T.fail, T.kind, T.REFUSALS, T.U, T.CHARS
local list_of, map_of, count, array = T.list_of, T.map_of, T.count, T.array
local keys = T.keys
local unpack = table.unpack
local floor, ceil, mininteger = math.floor, math.ceil, math.mininteger
local byte, sub, find = string.byte, string.sub, string.find
local is_char, is_time = T.is_char, T.is_time

-- --- Lua's own types

local set_type_metatable = P.set_type_metatable

local Number = T.type_of_value { kind = "number" }
for event, refuse in next, REFUSALS do
  Number[event] = function(a, b)
    if type(a) == "number" and b ~= nil then
      local mt = type(b) == "table" and raw_metatable(b)
      if is_char(b) then return mt[event](a, b) end
    end
    return refuse(a, b)
  end
end
set_type_metatable(0, Number)
set_type_metatable(true, T.type_of_value { kind = "bool" })
set_type_metatable(P.raise, (function()
  local mt = T.type_of_value {}
  mt.__call = nil
  return mt
end)())

-- --- strings: bytes, indexed by character

-- The characters of the string that was asked last, as code points from 0; invalid bytes are one each.
local last_text, last_codes, last_count
local function decode(s)
  if s == last_text then return last_codes, last_count end
  local codes, n, at, size = {}, 0, 1, #s
  while at <= size do
    local c = byte(s, at)
    local code, length = 0xfffd, 1
    if c < 0x80 then code = c
    elseif c >= 0xc2 and c < 0xf5 then
      local more = c < 0xe0 and 1 or c < 0xf0 and 2 or 3
      local value, valid = c & (0x3f >> more), at + more <= size
      for i = 1, valid and more or 0 do
        local d = byte(s, at + i)
        if d & 0xc0 ~= 0x80 then valid = false break end
        value = value << 6 | d & 0x3f
      end
      local least = more == 1 and 0x80 or more == 2 and 0x800 or 0x10000
      if valid and value >= least and value <= 0x10ffff and not (value >= 0xd800 and value < 0xe000) then
        code, length = value, more + 1
      end
    end
    codes[n] = code
    n = n + 1
    at = at + length
  end
  last_text, last_codes, last_count = s, codes, n
  return codes, n
end
T.decode = decode

local String = raw_metatable("")
for event, refuse in next, REFUSALS do String[event] = refuse end
String.kind = "string"
String.__lt, String.__le = REFUSALS.__lt, REFUSALS.__le
function String.__index(s, k)
  if math_type(k) ~= "integer" then fail("invalid index type: " .. kind(k)) end
  if k < 0 or k >= #s then return U end
  if not find(s, "[\x80-\xff]") then return CHARS[byte(s, k + 1)] end
  local code = decode(s)[k]
  return code and CHARS[code] or U
end
function String.__add(a, b)
  if type(a) ~= "string" then return REFUSALS.__add(a, b) end
  if type(b) == "string" then return a .. b end
  return a .. T.text_of(b)
end

-- --- operators

T.math_type = math_type
function T.div(a, b)
  if b == 0 then
    if math_type(a) == "integer" and math_type(b) == "integer" then fail("division by zero") end
    return a / b
  end
  local q = a // b
  if math_type(q) ~= "integer" then return a / b end
  if q < 0 and q * b ~= a then return q + 1 end
  return q
end
function T.mod(a, b)
  if b == 0 then
    if math_type(a) ~= "integer" or math_type(b) ~= "integer" then return REFUSALS.__mod(a, b) end
    fail("division by zero")
  end
  local r = a % b
  if math_type(r) ~= "integer" then return REFUSALS.__mod(a, b) end
  -- Lua's has the sign of b, Tengo's that of a.
  if r ~= 0 and (r ~ a) < 0 then return r - b end
  return r
end
local function integers(a, sign, b)
  if math_type(a) == "integer" and math_type(b) == "integer" then return end
  fail("invalid operation: " .. kind(a) .. " " .. sign .. " " .. kind(b))
end
function T.band(a, b) integers(a, "&", b) return a & b end
function T.bor(a, b) integers(a, "|", b) return a | b end
function T.bxor(a, b) integers(a, "^", b) return a ~ b end
function T.bandnot(a, b) integers(a, "&^", b) return a & ~b end
function T.shl(a, b)
  integers(a, "<<", b)
  if b < 0 or b > 63 then return 0 end
  return a << b
end
function T.shr(a, b)
  integers(a, ">>", b)
  if b < 0 or b > 63 then return a < 0 and -1 or 0 end
  if a < 0 then return ~(~a >> b) end
  return a >> b
end
function T.bnot(a)
  if math_type(a) ~= "integer" then fail("invalid operation: ^" .. kind(a)) end
  return ~a
end

-- --- lengths, slices, loops

local function len(v)
  if type(v) == "string" then return #v end
  local list = list_of(v)
  if list then return count(list) end
  local m = map_of(v)
  if m then
    local n = 0
    for _ in next, m do n = n + 1 end
    return n
  end
  local bytes = T.bytes_of(v)
  if bytes then return #bytes end
  local text = T.text_value(v)
  if text then return #text end
  fail("invalid type for argument 'first' in call to 'builtin-function:len': expected array/string/bytes/map, found " .. kind(v), v)
end
T.len = len

local function bounds(low, high, n)
  local from, to = 0, n
  if low ~= nil and not rawequal(low, U) then
    if math_type(low) ~= "integer" then fail("invalid slice index type: " .. kind(low)) end
    from = low
  end
  if high ~= nil and not rawequal(high, U) then
    if math_type(high) ~= "integer" then fail("invalid slice index type: " .. kind(high)) end
    to = high
  end
  if from > to then fail("invalid slice index: " .. P.tostring(from) .. " > " .. P.tostring(to)) end
  if from < 0 then from = 0 elseif from > n then from = n end
  if to < 0 then to = 0 elseif to > n then to = n end
  return from, to
end
function T.slice(v, low, high)
  local list = list_of(v)
  if list then
    local from, to = bounds(low, high, count(list))
    local part = {}
    for i = from, to - 1 do part[i - from] = list[i] end
    return array(part)
  end
  local text = type(v) == "string" and v or T.text_value(v)
  if text then
    local from, to = bounds(low, high, #text)
    return sub(text, from + 1, to)
  end
  local bytes = T.bytes_of(v)
  if bytes then
    local from, to = bounds(low, high, #bytes)
    return T.new_bytes(sub(bytes, from + 1, to))
  end
  fail("not indexable: " .. kind(v), v)
end

local function next_of_map(state)
  local i = state.i + 1
  state.i = i
  local key = state.keys[i]
  if key == nil then return nil end
  local v = rawget(state.map, key)
  if v == nil then v = U end
  return key, v
end
local function next_code(state, i)
  i = i + 1
  if i < state.n then return i, CHARS[state.codes[i]] end
end
local function next_byte(bytes, i)
  i = i + 1
  local b = byte(bytes, i + 1)
  if b then return i, b end
end
local function nothing() end
function T.iterate(v)
  local list = list_of(v)
  if list then
    local n = count(list)
    return function(_, i)
      i = i + 1
      if i < n then return i, list[i] end
    end, nil, -1
  end
  local m = map_of(v)
  if m then return next_of_map, { map = m, keys = T.sorted_keys(m), i = 0 } end
  local text = type(v) == "string" and v or T.text_value(v)
  if text then
    local codes, n = decode(text)
    return next_code, { codes = codes, n = n }, -1
  end
  local bytes = T.bytes_of(v)
  if bytes then return next_byte, bytes, -1 end
  if rawequal(v, U) then return nothing end
  local items = T.host_items and T.host_items(v)
  if items then return items end
  fail("not iterable: " .. kind(v), v)
end

-- The last value of a loop that counts up to (-1), down to (1) or through (0) a bound.
function T.for_limit(bound, offset)
  if math_type(bound) == "integer" then
    if offset < 0 and bound == mininteger then return bound end
    return bound + offset
  end
  if type(bound) ~= "number" then
    if offset < 0 then return REFUSALS.__lt(0, bound) end
    return REFUSALS.__le(0, bound)
  end
  if offset == 0 then return bound end
  if bound ~= bound then return offset < 0 and mininteger or math.maxinteger end
  return offset < 0 and ceil(bound) - 1 or floor(bound) + 1
end

-- --- functions

-- A call with too few or too many arguments. Of more than one too many only one was seen.
function T.arity(want, variadic, ...)
  local got = 0
  for i = 1, select("#", ...) do
    if (select(i, ...)) ~= nil then got = got + 1 end
  end
  fail("wrong number of arguments: want" .. (variadic and ">=" or "=") .. want .. ", got=" .. got)
end
function T.parameters(want, variadic, ...)
  local got = select("#", ...)
  if got < want or got > want and not variadic then
    fail("wrong number of arguments: want" .. (variadic and ">=" or "=") .. want .. ", got=" .. got)
  end
  return { ... }
end
function T.rest(...)
  local n = select("#", ...)
  if n == 0 then return array {} end
  local first = ...
  return array { [0] = first, select(2, ...) }
end
function T.rest_after(skip, ...) return T.rest(select(skip + 1, ...)) end
T.unpack = unpack
function T.spread(v)
  local list = list_of(v)
  if not list then fail("not an array: " .. kind(v), v) end
  local n = count(list)
  if n > 200000 then fail("too many arguments: " .. n) end
  return unpack(list, 0, n - 1)
end

-- A list that one variable alone holds grows in place; any other is copied first. Answers the list and its length.
function T.owned(list, ...)
  local copy = T.builtins.append(list, ...)
  return setmetatable(copy, T.Growing), count(copy)
end
-- Others hold it from now on.
function T.seal(list) setmetatable(list, T.Array) end
function T.check_index(k, n)
  if math_type(k) == "integer" then
    if k < 0 or k >= n then fail("index out of bounds") end
  else fail("invalid index type") end
end

-- A string and what is shown behind it.
function T.join(a, b)
  if type(b) == "string" or math_type(b) == "integer" then return a .. b end
  return a .. T.text_of(b)
end
`;
