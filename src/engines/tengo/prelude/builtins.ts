/** Tengo's builtin functions, and values as text. */
export const BUILTINS = String.raw`
local P, N = ...
local T = P.tengo
local type, rawget, rawset, rawequal, select, setmetatable, tonumber = type, rawget, rawset, rawequal, select, setmetatable, tonumber
local raw_metatable, math_type, next, tointeger = P.raw_metatable, math.type, next, math.tointeger
local fail, kind, U, CHARS = T.fail, T.kind, T.U, T.CHARS
local list_of, map_of, count, array, map = T.list_of, T.map_of, T.count, T.array, T.map
local CODE, SECONDS, NANOS = T.keys.CODE, T.keys.SECONDS, T.keys.NANOS
local format, concat, sub, gsub, byte, rep, find, match = string.format, P.concat, string.sub, string.gsub, string.byte, string.rep, string.find, string.match
local tostring = P.tostring

-- --- values as text

-- The shortest decimal digits that read back as the same number, and the exponent of the point before them.
local function shortest(v)
  for precision = 15, 17 do
    local text = format("%." .. precision - 1 .. "e", v)
    if precision == 17 or tonumber(text) == v then
      local mantissa, exponent = match(text, "^([%d.]+)e([-+]%d+)$")
      local digits = gsub(gsub(mantissa, "%.", ""), "0+$", "")
      return digits == "" and "0" or digits, tonumber(exponent)
    end
  end
end
T.shortest = shortest

local function float_text(v)
  if v ~= v then return "NaN" end
  if v == math.huge then return "+Inf" elseif v == -math.huge then return "-Inf" end
  local sign = (v < 0 or 1 / v < 0) and "-" or ""
  if v == 0 then return sign .. "0" end
  local digits, exponent = shortest(v < 0 and -v or v)
  local point = exponent + 1
  if point <= 0 then return sign .. "0." .. rep("0", -point) .. digits end
  if point >= #digits then return sign .. digits .. rep("0", point - #digits) end
  return sign .. sub(digits, 1, point) .. "." .. sub(digits, point + 1)
end
T.float_text = float_text

local ESCAPES = { ["\a"] = "\\a", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\v"] = "\\v", ["\\"] = "\\\\", ['"'] = '\\"' }
-- As Go quotes: control characters and what is no UTF-8 escaped.
local function quote(s)
  if not find(s, '[%c"\\\x7f-\xff]') then return '"' .. s .. '"' end
  local parts, n, at, size = { '"' }, 1, 1, #s
  while at <= size do
    local c = sub(s, at, at)
    local b = byte(c)
    local shown, length = c, 1
    if ESCAPES[c] then shown = ESCAPES[c]
    elseif b < 0x20 or b == 0x7f then shown = format("\\x%02x", b)
    elseif b >= 0x80 then
      length = b >= 0xf0 and 4 or b >= 0xe0 and 3 or b >= 0xc2 and 2 or 1
      local text = sub(s, at, at + length - 1)
      local _, n_codes = T.decode(text)
      local code = T.decode(text)[0]
      if length > 1 and n_codes == 1 and code ~= 0xfffd or text == "\xef\xbf\xbd" then
        shown = text
        if code >= 0x80 and code < 0xa0 or code == 0xad then shown = format("\\u%04x", code) end
      else shown, length = format("\\x%02x", b), 1 end
    end
    n = n + 1
    parts[n] = shown
    at = at + length
  end
  parts[n + 1] = '"'
  return concat(parts)
end
T.quote = quote

local MAX_DEPTH = 1000
local inner_text
local function text_of(v, depth)
  local t = type(v)
  if t == "string" then return v end
  if t == "number" then return math_type(v) == "integer" and format("%d", v) or float_text(v) end
  if t == "boolean" then return v and "true" or "false" end
  if t == "function" then return T.builtin_names[v] and "<builtin-function>" or "<compiled-function>" end
  depth = (depth or 0) + 1
  if depth > MAX_DEPTH then fail("the value is nested too deeply to show, or contains itself") end
  local list = list_of(v)
  if list then
    local parts = {}
    for i = 0, count(list) - 1 do parts[i + 1] = inner_text(list[i], depth) end
    return "[" .. concat(parts, ", ") .. "]"
  end
  local m = map_of(v)
  if m then
    local keys, n = T.sorted_keys(m)
    for i = 1, n do keys[i] = keys[i] .. ": " .. inner_text(m[keys[i]], depth) end
    return "{" .. concat(keys, ", ") .. "}"
  end
  if rawequal(v, U) then return "<undefined>" end
  if T.is_char(v) then return T.utf8_of(rawget(v, CODE)) end
  local bytes = T.bytes_of(v)
  if bytes then return bytes end
  local mt = raw_metatable(v)
  if mt == T.Failure then
    local value = rawget(v, "value")
    if rawequal(value, U) then return "error" end
    return "error: " .. inner_text(value, depth)
  end
  if T.is_time(v) then return T.time_text(v) end
  local text = T.text_value(v)
  if text then return text end
  return "<" .. kind(v) .. ">"
end
function inner_text(v, depth)
  if type(v) == "string" then return quote(v) end
  local text = T.text_value(v)
  if text then return quote(text) end
  return text_of(v, depth)
end
T.text_of, T.inner_text = text_of, inner_text

-- Text results of the host are more than text; nil for every other value.
function T.text_value(v)
  if type(v) == "table" then return rawget(v, T.keys.TEXT) end
end
T.time_text = function(v) return format("%d", rawget(v, SECONDS)) end

-- --- checks

local function wrong_count(name) fail("wrong number of arguments in call to 'builtin-function:" .. name .. "'") end
local function wrong_type(name, position, want, v)
  fail("invalid type for argument '" .. position .. "' in call to 'builtin-function:" .. name .. "': expected " .. want .. ", found " .. kind(v), v)
end
T.wrong_count, T.wrong_type = wrong_count, wrong_type

-- A function that takes between least and most arguments, and fails otherwise. nil is no value: it tells what is missing.
local function checked(least, most, f, wrong)
  if least == 1 and most == 1 then
    return function(a, more)
      if a == nil or more ~= nil then wrong() end
      return f(a)
    end
  elseif most == 2 then
    return function(a, b, more)
      if more ~= nil or least > 0 and a == nil or least > 1 and b == nil then wrong() end
      return f(a, b)
    end
  end
  return function(...)
    local n = select("#", ...)
    if n < least or n > most then wrong() end
    return f(...)
  end
end
T.checked = checked

local builtins = {}
T.builtins = builtins
-- A builtin that takes between least and most arguments.
local function define(name, least, most, f)
  local builtin = checked(least, most, f, function() wrong_count(name) end)
  builtins[name] = builtin
  T.builtin_names[builtin] = "builtin-function:" .. name
end
T.define_builtin = define
local MANY = math.maxinteger

define("len", 1, 1, T.len)
define("type_name", 1, 1, kind)

-- --- lists and maps

local function copy(v, depth)
  depth = depth or 0
  if depth > MAX_DEPTH then fail("the value is nested too deeply to copy, or contains itself") end
  local list = list_of(v)
  if list then
    local made = {}
    for i = 0, count(list) - 1 do made[i] = copy(list[i], depth + 1) end
    return array(made)
  end
  local m = map_of(v)
  if m then
    local made = {}
    for k, item in next, m do made[k] = copy(item, depth + 1) end
    return map(made)
  end
  if kind(v) == "error" then return T.new_error(copy(rawget(v, "value"), depth + 1)) end
  return v
end
define("copy", 1, 1, function(v) return copy(v) end)

local function appended(list)
  local from = list_of(list)
  if not from then wrong_type("append", "first", "array", list) end
  local made, n = {}, count(from)
  for i = 0, n - 1 do made[i] = from[i] end
  return made, n
end
define("append", 2, MANY, function(list, first, ...)
  local made, n = appended(list)
  made[n] = first
  local more = select("#", ...)
  if more > 0 then
    local values = { ... }
    for i = 1, more do made[n + i] = values[i] end
  end
  return array(made)
end)
-- append(list, more...): of any length.
function T.append_all(list, more)
  local values = list_of(more)
  if not values then fail("not an array: " .. kind(more), more) end
  if count(values) == 0 then wrong_count("append") end
  local made, n = appended(list)
  for i = 0, count(values) - 1 do made[n + i] = values[i] end
  return array(made)
end

define("delete", 2, 2, function(m, key)
  if kind(m) ~= "map" then wrong_type("delete", "first", "map", m) end
  if type(key) ~= "string" then wrong_type("delete", "second", "string", key) end
  rawset(m, key, nil)
  return U
end)

define("splice", 1, MANY, function(list, start, remove, ...)
  if kind(list) ~= "array" then wrong_type("splice", "first", "array", list) end
  local n = count(list)
  if start == nil then start = 0
  elseif math_type(start) ~= "integer" then wrong_type("splice", "second", "int", start) end
  if start < 0 or start > n then fail("index out of bounds") end
  if remove == nil then remove = n
  elseif math_type(remove) ~= "integer" then wrong_type("splice", "third", "int", remove) end
  if remove < 0 then fail("index out of bounds") end
  if remove > n - start then remove = n - start end
  local removed, kept, added = {}, {}, select("#", ...)
  for i = 0, remove - 1 do removed[i] = rawget(list, start + i) end
  for i = start + remove, n - 1 do kept[i - start - remove] = rawget(list, i) end
  for i = 1, added do rawset(list, start + i - 1, (select(i, ...))) end
  local left = n - start - remove
  for i = 0, left - 1 do rawset(list, start + added + i, kept[i]) end
  for i = start + added + left, n - 1 do rawset(list, i, nil) end
  return array(removed)
end)

define("range", 2, 3, function(start, stop, step)
  if math_type(start) ~= "integer" then wrong_type("range", "start", "int", start) end
  if math_type(stop) ~= "integer" then wrong_type("range", "stop", "int", stop) end
  if step == nil then step = 1
  elseif math_type(step) ~= "integer" then wrong_type("range", "step", "int", step) end
  if step <= 0 then fail("range step must be greater than 0") end
  local made, n = {}, 0
  if start <= stop then
    for i = start, stop - 1, step do
      made[n] = i
      n = n + 1
    end
  else
    for i = start, stop + 1, -step do
      made[n] = i
      n = n + 1
    end
  end
  return array(made)
end)

local function freeze(v, depth)
  if depth > MAX_DEPTH then fail("the value is nested too deeply to freeze, or contains itself") end
  local list = list_of(v)
  if list then
    local made = {}
    for i = 0, count(list) - 1 do made[i] = freeze(list[i], depth + 1) end
    return T.immutable(array(made))
  end
  local m = map_of(v)
  if m then
    local made = {}
    for k, item in next, m do made[k] = freeze(item, depth + 1) end
    return T.immutable(map(made))
  end
  return v
end
define("freeze", 1, 1, function(v) return freeze(v, 0) end)

-- --- conversions: the value, else the second argument, else undefined

local function conversion(name, convert)
  define(name, 1, 2, function(v, fallback)
    local made = convert(v)
    if made == nil then return fallback == nil and U or fallback end
    return made
  end)
end
conversion("string", function(v)
  if rawequal(v, U) then return nil end
  return text_of(v)
end)
local function parse_int(s)
  local sign, digits = match(s, "^([-+]?)(%d+)$")
  if not digits then return nil end
  local value = tointeger(tonumber(sign == "-" and "-" .. digits or digits))
  -- Too many digits make a float of Lua's.
  if value == nil or math_type(tonumber((sign == "-" and "-" or "") .. digits)) ~= "integer" then return nil end
  return value
end
T.parse_int = parse_int
local lower = string.lower
local function parse_float(s)
  local word = lower(s)
  local sign, name = match(word, "^([-+]?)(%a+)$")
  if name == "inf" or name == "infinity" then return sign == "-" and -math.huge or math.huge end
  if name == "nan" then return 0 / 0 end
  if not find(word, "^[-+]?[%d.]") or find(word, "^[-+]?0x[^p]*$") or find(word, "%s") then return nil end
  local value = tonumber((gsub(word, "^%+", "")))
  return value and value + 0.0
end
T.parse_float = parse_float
conversion("int", function(v)
  if type(v) == "number" then
    if math_type(v) == "integer" then return v end
    if v ~= v or v >= 0x1p63 or v < -0x1p63 then return math.mininteger end
    return tointeger(v >= 0 and math.floor(v) or math.ceil(v))
  end
  if type(v) == "boolean" then return v and 1 or 0 end
  if T.is_char(v) then return rawget(v, CODE) end
  local text = type(v) == "string" and v or T.text_value(v)
  return text and parse_int(text)
end)
conversion("float", function(v)
  if type(v) == "number" then return v + 0.0 end
  local text = type(v) == "string" and v or T.text_value(v)
  return text and parse_float(text)
end)
define("bool", 1, 1, T.truthy)
conversion("char", function(v)
  if T.is_char(v) then return v end
  if math_type(v) == "integer" then return CHARS[v] end
end)
define("bytes", 1, 2, function(v, fallback)
  if math_type(v) == "integer" then
    if v < 0 then fail("bytes of a negative length") end
    return T.new_bytes(rep("\0", v))
  end
  if T.bytes_of(v) then return v end
  local text = type(v) == "string" and v or T.text_value(v)
  if text then return T.new_bytes(text) end
  return fallback == nil and U or fallback
end)
conversion("time", function(v)
  if T.is_time(v) then return v end
  if math_type(v) == "integer" then return T.new_time(v) end
end)

-- --- questions

local function question(name, answer)
  define("is_" .. name, 1, 1, function(v) return answer(v, kind(v)) end)
end
for _, name in next, { "int", "float", "string", "bool", "char", "bytes", "array", "map", "time", "error" } do
  question(name, function(_, k) return k == name end)
end
question("immutable_array", function(_, k) return k == "immutable-array" end)
question("immutable_map", function(_, k) return k == "immutable-map" end)
question("undefined", function(v) return rawequal(v, U) end)
question("function", function(_, k) return k == "compiled-function" end)
question("callable", function(v)
  if type(v) ~= "table" then return type(v) == "function" end
  local mt = raw_metatable(v)
  return mt ~= nil and mt.__call ~= T.REFUSALS.__call and mt.__call ~= nil
end)
question("iterable", function(v, k)
  return k == "string" or k == "bytes" or list_of(v) ~= nil or map_of(v) ~= nil or rawequal(v, U)
end)
`;
