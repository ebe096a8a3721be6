/** `string.NAME` for text values; the C function keeps its name in messages. */
function wrapper(name: string): string {
  return `do
  local ${name} = string.${name}
  function string.${name}(...)
    local s = ...
    if type(s) == "userdata" then return ${name}(plain(s), select(2, ...)) end
    return ${name}(...)
  end
end`;
}

/** String functions that call back into the script, as Lua versions that may wait, and that take text values. */
export const STRINGS = String.raw`
local P, N = ...
local type, error, select, pairs, ipairs = type, error, select, pairs, ipairs
local raw_metatable, c_tostring = P.raw_metatable, P.tostring
local getuservalue = P.getuservalue
local unpack, concat = table.unpack, table.concat
local find, sub, byte, gsub, format = string.find, string.sub, string.byte, string.gsub, string.format

local Text = { __name = "text" }
P.Text = Text

-- The string behind a text value; anything else as it is.
local function plain(v)
  if raw_metatable(v) == Text then return (getuservalue(v, 1)) end
  return v
end
P.plain = plain

local methods = {}
for name, f in pairs(string) do methods[name] = f end

-- string.NAME takes text values; s:NAME() stays the C function.
${["byte", "find", "gmatch", "len", "lower", "match", "rep", "reverse", "sub", "upper"].map(wrapper).join("\n")}

local function replacement(value, whole)
  if not value then return whole end
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" then return c_tostring(value) end
  value = plain(value)
  if type(value) == "string" then return value end
  error("invalid replacement value (a " .. type(value) .. ")", 3)
end

-- First capture of a match, the whole of it when the pattern has none.
local function first_capture(s, from, to, capture)
  if capture == nil then return sub(s, from, to) end
  return capture
end

local function substitute(s, pattern, repl, limit)
  local call = type(repl) == "function"
  local anchored = byte(pattern, 1) == 94
  local parts, used, count = {}, 0, 0
  local position, last_end, size = 1, 0, #s
  -- Everything before "position" is in "parts"; a match that is empty and ends where the last one did is none.
  while count < limit do
    local found = { find(s, pattern, position) }
    local from, to = found[1], found[2]
    if from and to == from - 1 and to == last_end - 1 and last_end > 0 then
      if anchored or from > size then break end
      used = used + 1
      parts[used] = sub(s, position, from)
      position = from + 1
      last_end = 0
    elseif not from then
      break
    else
      if from > position then
        used = used + 1
        parts[used] = sub(s, position, from - 1)
      end
      count = count + 1
      local whole = sub(s, from, to)
      local value
      if call then
        if found[3] == nil then value = repl(whole) else value = repl(unpack(found, 3)) end
      else
        value = repl[first_capture(s, from, to, found[3])]
      end
      used = used + 1
      parts[used] = replacement(value, whole)
      position, last_end = to + 1, to + 1
      if anchored then break end
    end
  end
  used = used + 1
  parts[used] = sub(s, position)
  return concat(parts, "", 1, used), count
end

local function waiting_gsub(s, pattern, repl, limit, ...)
  local kind = type(repl)
  if kind == "userdata" then repl = plain(repl) end
  if type(s) == "userdata" then s = plain(s) end
  if kind ~= "function" and (kind ~= "table" or raw_metatable(repl) == nil) then
    if limit == nil then return gsub(s, pattern, repl) end
    return gsub(s, pattern, repl, limit, ...)
  end
  -- The C function judges the arguments and the pattern.
  if limit == nil then gsub(s, pattern, "", 0) else gsub(s, pattern, "", 0 * limit) end
  return substitute(c_tostring(s), c_tostring(pattern), repl, limit or math.maxinteger)
end
string.gsub, methods.gsub = waiting_gsub, waiting_gsub

local function format_values(template, ...)
  local values, index = { ... }, 0
  for letter in methods.gmatch(methods.gsub(template, "%%%%", ""), "%%[^%a]*(%a)") do
    index = index + 1
    if letter == "s" then
      local value = values[index]
      if type(value) == "table" or type(value) == "userdata" then values[index] = c_tostring(value) end
    end
  end
  return format(template, unpack(values, 1, select("#", ...)))
end

local function waiting_format(template, ...)
  if type(template) == "userdata" then template = plain(template) end
  for i = 1, select("#", ...) do
    local mt = raw_metatable((select(i, ...)))
    if mt and mt.__tostring ~= nil and type(template) == "string" then return format_values(template, ...) end
  end
  return format(template, ...)
end
string.format, methods.format = waiting_format, waiting_format

-- Functions that scripts add to "string" are methods too.
local meta = raw_metatable("")
meta.__index = setmetatable(methods, { __index = string })
meta.__metatable = false

-- Arithmetic between a string and an object: the object's metamethod may wait.
for _, event in ipairs({ "__add", "__sub", "__mul", "__mod", "__pow", "__div", "__idiv", "__unm" }) do
  local arithmetic = meta[event]
  if arithmetic then
    meta[event] = function(a, b)
      local kind = type(b)
      if kind == "table" or kind == "userdata" then
        local mt = raw_metatable(b)
        local method = mt and mt[event]
        if method ~= nil then return method(a, b) end
      end
      return arithmetic(a, b)
    end
  end
end

Text.__index = function(self, key)
  local value = getuservalue(self, 2)[key]
  if value ~= nil then return value end
  return string[key]
end
Text.__len = function(self) return #getuservalue(self, 1) end
Text.__tostring = function(self) return (getuservalue(self, 1)) end
Text.__concat = function(a, b)
  local text = P.concat_text(a, b)
  return text
end
Text.__eq = function(a, b) return plain(a) == plain(b) end
local function comparable(a, b)
  a, b = plain(a), plain(b)
  if type(a) ~= "string" or type(b) ~= "string" then
    error("attempt to compare " .. type(a) .. " with " .. type(b), 3)
  end
  return a, b
end
Text.__lt = function(a, b)
  a, b = comparable(a, b)
  return a < b
end
Text.__le = function(a, b)
  a, b = comparable(a, b)
  return a <= b
end
Text.__pairs = function(self) return next, getuservalue(self, 2), nil end
`;
