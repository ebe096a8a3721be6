/**
 * Tengo's values in Lua. Integers, floats, booleans and strings of bytes are Lua's own; `undefined` is one object, so that
 * nil never is a value. A list holds its elements from index 0 on, a map by string; immutable ones are empty tables that
 * read through to another. `T` is what compiled scripts use; `P` and `N` are those of Lua's own prelude.
 */
export const VALUES = String.raw`
local P, N = ...
local type, rawget, rawset, rawequal, setmetatable = type, rawget, rawset, rawequal, setmetatable
local raw_metatable, math_type, next = P.raw_metatable, math.type, next
local char, format, concat, sort = utf8.char, string.format, P.concat, table.sort
local T = {}
P.tengo = T
rawset(_G, "__tengo", T)

-- Keys that no script can write.
local CODE, BYTES, INNER, SECONDS, NANOS, TEXT, TRACE = {}, {}, {}, {}, {}, {}, {}
T.keys = { CODE = CODE, BYTES = BYTES, INNER = INNER, SECONDS = SECONDS, NANOS = NANOS, TEXT = TEXT, TRACE = TRACE }

-- What is done to an error value that nobody looked at: the hint tells what it says.
local function hint_of(v)
  if type(v) ~= "table" or raw_metatable(v) ~= T.Failure then return nil end
  local value = rawget(v, "value")
  local fields = T.map_of(value)
  local message = fields and rawget(fields, "message") or value
  return "The value is an error: " .. string.sub(T.text_of(message), 1, 500) .. ". Ask is_error(x) first; x.value says what went wrong."
end
local function fail(message, a, b)
  local hint = hint_of(a) or hint_of(b)
  P.raise("script.error", message, hint and { hint = hint } or nil)
end
T.fail = fail

local builtin_names = setmetatable({}, { __mode = "k" })
T.builtin_names = builtin_names

local function kind(v)
  local t = type(v)
  if t == "number" then return math_type(v) == "integer" and "int" or "float" end
  if t == "string" then return "string" end
  if t == "boolean" then return "bool" end
  if t == "table" then
    local mt = raw_metatable(v)
    return mt and mt.kind or "map"
  end
  if t == "function" then return builtin_names[v] or "compiled-function" end
  return t
end
T.kind = kind

-- What every type refuses unless it says otherwise.
local OPERATORS = { __add = "+", __sub = "-", __mul = "*", __div = "/", __mod = "%", __pow = "**", __idiv = "/" }
local REFUSALS = {
  __lt = function(a, b) fail("invalid operation: " .. kind(b) .. " > " .. kind(a), a, b) end,
  __le = function(a, b) fail("invalid operation: " .. kind(b) .. " >= " .. kind(a), a, b) end,
  __unm = function(a) fail("invalid operation: -" .. kind(a), a) end,
  __index = function(v) fail("not indexable: " .. kind(v), v) end,
  __newindex = function(v) fail("not index-assignable: " .. kind(v), v) end,
  __call = function(v) fail("not callable: " .. kind(v), v) end,
}
for event, sign in next, OPERATORS do
  REFUSALS[event] = function(a, b) fail("invalid operation: " .. kind(a) .. " " .. sign .. " " .. kind(b), a, b) end
end
local function type_of_value(own)
  for event, refuse in next, REFUSALS do
    if own[event] == nil then own[event] = refuse end
  end
  return own
end
T.REFUSALS, T.type_of_value = REFUSALS, type_of_value

-- undefined: reading in it goes on.
local U = {}
local Undefined = type_of_value { kind = "undefined", __index = function() return U end }
setmetatable(U, Undefined)
T.U = U

-- --- characters

local Char = type_of_value { kind = "char" }
local CHARS
local function code_of(v) return rawget(v, CODE) end
local function wrap32(code)
  code = code & 0xffffffff
  return code >= 0x80000000 and code - 0x100000000 or code
end
CHARS = setmetatable({}, { __index = function(chars, code)
  local made = setmetatable({ [CODE] = code }, Char)
  rawset(chars, code, made)
  return made
end })
T.CHARS = CHARS
local function is_char(v) return type(v) == "table" and raw_metatable(v) == Char end
T.is_char = is_char
local function rune(v)
  if math_type(v) == "integer" then return v end
  if is_char(v) then return code_of(v) end
end
local function char_operation(event, operation)
  local refuse = REFUSALS[event]
  return function(a, b)
    local x, y = rune(a), rune(b)
    if x == nil or y == nil then return refuse(a, b) end
    return operation(x, y)
  end
end
Char.__add = char_operation("__add", function(x, y) return CHARS[wrap32(x + y)] end)
Char.__sub = char_operation("__sub", function(x, y) return CHARS[wrap32(x - y)] end)
Char.__lt = char_operation("__lt", function(x, y) return x < y end)
Char.__le = char_operation("__le", function(x, y) return x <= y end)

-- A code point as UTF-8; what is none as the replacement character.
local function utf8_of(code)
  if code < 0 or code > 0x10ffff or (code >= 0xd800 and code < 0xe000) then return "\xef\xbf\xbd" end
  return char(code)
end
T.utf8_of = utf8_of

-- --- lists and maps

local function index_type(k)
  if rawequal(k, U) then fail("invalid index type: undefined") end
  fail("invalid index type: " .. kind(k))
end
local Array = type_of_value {
  kind = "array",
  __index = function(_, k)
    if math_type(k) == "integer" then return U end
    index_type(k)
  end,
  __newindex = function(_, k)
    if math_type(k) == "integer" then fail("index out of bounds") end
    fail("invalid index type")
  end,
}
T.Array = Array
-- A list that one variable alone holds: it grows by plain assignment.
local Growing = {}
T.Growing = Growing
local function array(t) return setmetatable(t, Array) end
T.array = array

local function count(a)
  if rawget(a, 0) == nil then return 0 end
  return #a + 1
end
T.count = count

local Map = type_of_value {
  kind = "map",
  __index = function(m, k)
    if type(k) == "string" then return U end
    if rawequal(k, U) then index_type(k) end
    local v = rawget(m, T.text_of(k))
    if v == nil then return U end
    return v
  end,
  __newindex = function(m, k, v)
    if type(k) == "string" then rawset(m, k, v)
    elseif rawequal(k, U) then fail("invalid index type")
    else rawset(m, T.text_of(k), v) end
  end,
}
T.Map = Map
local function map(t) return setmetatable(t, Map) end
T.map = map

local function immutable_of(inner, kind_name)
  return setmetatable({ [INNER] = inner }, type_of_value {
    kind = kind_name,
    __index = inner,
    __eq = Array.__eq,
    __add = kind_name == "immutable-array" and Array.__add or nil,
  })
end
function T.immutable(v)
  local name = kind(v)
  if name == "array" or name == "map" then return immutable_of(v, "immutable-" .. name) end
  return v
end

-- The list, or the map, that a value is or reads through to; nil for other values.
local function list_of(v)
  if type(v) ~= "table" then return nil end
  local mt = raw_metatable(v)
  if mt == Array or mt == Growing then return v end
  if mt and mt.kind == "immutable-array" then return rawget(v, INNER) end
end
local function map_of(v)
  if type(v) ~= "table" then return nil end
  local mt = raw_metatable(v)
  if mt == Map then return v end
  if mt and mt.kind == "immutable-map" then
    local inner = rawget(v, INNER)
    local load = mt.load
    if load then load(v) end
    return inner
  end
end
T.list_of, T.map_of = list_of, map_of

function T.sorted_keys(m)
  local keys, n = {}, 0
  for k in next, m do
    n = n + 1
    keys[n] = k
  end
  sort(keys)
  return keys, n
end

-- --- bytes, errors, times

local Bytes = type_of_value { kind = "bytes" }
T.Bytes = Bytes
local byte = string.byte
Bytes.__index = function(b, k)
  if math_type(k) ~= "integer" then index_type(k) end
  if k < 0 then return U end
  return byte(rawget(b, BYTES), k + 1) or U
end
function T.new_bytes(s) return setmetatable({ [BYTES] = s }, Bytes) end
function T.bytes_of(v)
  if type(v) == "table" and raw_metatable(v) == Bytes then return rawget(v, BYTES) end
end
local bytes_of = T.bytes_of
Bytes.__add = function(a, b)
  local x, y = bytes_of(a), bytes_of(b)
  if not x or not y then return REFUSALS.__add(a, b) end
  return T.new_bytes(x .. y)
end
Bytes.__eq = function(a, b) return bytes_of(a) == bytes_of(b) end

local Failure = type_of_value { kind = "error", __index = function(v) fail("invalid index on error", v) end }
T.Failure = Failure
-- It knows where it was made, for when it leaves the script.
function T.new_error(value, trace) return setmetatable({ value = value, [TRACE] = trace or N.frames() }, Failure) end

local Time = type_of_value { kind = "time" }
T.Time = Time
function T.new_time(seconds, nanos) return setmetatable({ [SECONDS] = seconds, [NANOS] = nanos or 0 }, Time) end
local function is_time(v) return type(v) == "table" and raw_metatable(v) == Time end
T.is_time = is_time
local function add_nanos(t, nanos)
  local total = rawget(t, NANOS) + nanos % 1000000000
  return T.new_time(rawget(t, SECONDS) + nanos // 1000000000 + total // 1000000000, total % 1000000000)
end
T.add_nanos = add_nanos
Time.__add = function(a, b)
  if is_time(a) and math_type(b) == "integer" then return add_nanos(a, b) end
  return REFUSALS.__add(a, b)
end
Time.__sub = function(a, b)
  if is_time(a) and math_type(b) == "integer" then return add_nanos(a, -b) end
  if is_time(a) and is_time(b) then
    return (rawget(a, SECONDS) - rawget(b, SECONDS)) * 1000000000 + rawget(a, NANOS) - rawget(b, NANOS)
  end
  return REFUSALS.__sub(a, b)
end
local function time_order(a, b)
  local x, y = rawget(a, SECONDS), rawget(b, SECONDS)
  if x ~= y then return x < y and -1 or 1 end
  x, y = rawget(a, NANOS), rawget(b, NANOS)
  return x == y and 0 or x < y and -1 or 1
end
Time.__eq = function(a, b) return is_time(a) and is_time(b) and time_order(a, b) == 0 end
Time.__lt = function(a, b)
  if is_time(a) and is_time(b) then return time_order(a, b) < 0 end
  return REFUSALS.__lt(a, b)
end
Time.__le = function(a, b)
  if is_time(a) and is_time(b) then return time_order(a, b) <= 0 end
  return REFUSALS.__le(a, b)
end

-- --- equality

-- By recursion of Lua's own, not of metamethods, whose depth is small.
local MAX_DEPTH = 1000
local equal
local function equal_lists(a, b, depth)
  local n = count(a)
  if n ~= count(b) then return false end
  for i = 0, n - 1 do
    if not equal(a[i], b[i], depth) then return false end
  end
  return true
end
local function equal_maps(a, b, depth)
  for k, v in next, a do
    local w = rawget(b, k)
    if w == nil or not equal(v, w, depth) then return false end
  end
  for k in next, b do
    if rawget(a, k) == nil then return false end
  end
  return true
end
function equal(a, b, depth)
  if rawequal(a, b) then return true end
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  if depth > MAX_DEPTH then fail("the values are nested too deeply to compare, or contain themselves") end
  local x, y = list_of(a), list_of(b)
  if x or y then return x ~= nil and y ~= nil and equal_lists(x, y, depth + 1) end
  x, y = map_of(a), map_of(b)
  if x or y then return x ~= nil and y ~= nil and equal_maps(x, y, depth + 1) end
  if raw_metatable(a) ~= raw_metatable(b) then return false end
  return a == b
end
Array.__eq = function(a, b) return equal(a, b, 0) end
Map.__eq = Array.__eq

Array.__add = function(a, b)
  local x, y = list_of(a), list_of(b)
  if not x or not y or kind(a) ~= kind(b) then return REFUSALS.__add(a, b) end
  local sum, n = {}, count(x)
  for i = 0, n - 1 do sum[i] = x[i] end
  for i = 0, count(y) - 1 do sum[n + i] = y[i] end
  return array(sum)
end

for event, operation in next, Array do
  if event ~= "__newindex" then Growing[event] = operation end
end

-- --- truth

local function truthy(v)
  local t = type(v)
  if t == "boolean" then return v end
  -- As in the original, no float is false but NaN.
  if t == "number" then return v == v and (v ~= 0 or math_type(v) == "float") end
  if t == "string" then return v ~= "" end
  if t ~= "table" then return true end
  if rawequal(v, U) then return false end
  local mt = raw_metatable(v)
  if mt == Failure then return false end
  if mt == Char then return code_of(v) ~= 0 end
  if mt == Bytes then return rawget(v, BYTES) ~= "" end
  if mt == Time then return rawget(v, SECONDS) ~= -62135596800 or rawget(v, NANOS) ~= 0 end
  local list = list_of(v)
  if list then return rawget(list, 0) ~= nil end
  local m = map_of(v)
  if m then return next(m) ~= nil end
  local text = rawget(v, TEXT)
  return text ~= ""
end
T.truthy = truthy
`;
