/** What host values look like in a script: time objects, handles, the null sentinel, empty arrays. */
export const OBJECTS = String.raw`
local P, N = ...
local getuservalue, raw_metatable = P.getuservalue, P.raw_metatable
local type, error, floor, format = type, error, math.floor, string.format
local rawequal, select, setmetatable = rawequal, select, setmetatable

P.handles = setmetatable({}, { __mode = "v" })
P.Array = { __name = "array" }
P.Null = { __name = "null", __tostring = function() return "null" end }

local Time = { __name = "time" }
P.Time = Time
local milliseconds = N.milliseconds

-- Days since 1970-01-01 to a civil date: H. Hinnant, "chrono-compatible low-level date algorithms".
local function civil(days)
  local z = days + 719468
  local era = z // 146097
  local doe = z - era * 146097
  local yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
  local doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
  local mp = (5 * doy + 2) // 153
  local day = doy - (153 * mp + 2) // 5 + 1
  local month = mp < 10 and mp + 3 or mp - 9
  return yoe + era * 400 + (month <= 2 and 1 or 0), month, day
end

local function split(time)
  local ms = milliseconds(time)
  if ms ~= ms then return nil end
  ms = floor(ms)
  local days = ms // 86400000
  local rest = ms - days * 86400000
  local year, month, day = civil(days)
  return {
    year = year, month = month, day = day,
    hour = rest // 3600000, min = rest // 60000 % 60, sec = rest // 1000 % 60, ms = rest % 1000,
    wday = (days + 4) % 7 + 1,
  }
end

local function iso(time)
  local t = split(time)
  if t == nil then return "invalid time" end
  local year = t.year
  local text = (year < 0 or year > 9999) and format("%s%06d", year < 0 and "-" or "+", year < 0 and -year or year) or format("%04d", year)
  return format("%s-%02d-%02dT%02d:%02d:%02d.%03dZ", text, t.month, t.day, t.hour, t.min, t.sec, t.ms)
end

local function seconds(time)
  local ms = milliseconds(time)
  if ms % 1000 == 0 then return floor(ms) // 1000 end
  return ms / 1000
end

local time_methods = {
  unix = seconds,
  iso = iso,
  milliseconds = function(time)
    local ms = milliseconds(time)
    return ms == floor(ms) and floor(ms) or ms
  end,
  table = split,
}
function Time.__index(time, key)
  local method = time_methods[key]
  if method then
    return function() return method(time) end
  end
  local fields = split(time)
  return fields and fields[key]
end
Time.__tostring = iso
function Time.__eq(a, b) return milliseconds(a) == milliseconds(b) end
function Time.__lt(a, b) return milliseconds(a) < milliseconds(b) end
function Time.__le(a, b) return milliseconds(a) <= milliseconds(b) end
function Time.__sub(a, b) return milliseconds(a) - milliseconds(b) end
function Time.__concat(a, b)
  local text = P.concat_text(a, b)
  return text
end

-- Members of a bridge that are none of its own: functions that call the method with their name first.
function P.fall_back(object, aliases, method)
  return setmetatable(object, { __index = function(_, key)
    local known = aliases[key]
    if known ~= nil or type(key) ~= "string" then return known end
    return function(...)
      local first = ...
      if rawequal(first, object) then return method(key, select(2, ...)) end
      return method(key, ...)
    end
  end })
end

-- A handle type: methods are native functions that take the handle first; h.m(x) and h:m(x) are one.
function P.handle_type(name, methods, iterator)
  local Handle = { __name = name }
  -- h.m(x): the handle is put in front unless it is there already.
  local function bind(handle, method)
    return function(...)
      local first = ...
      if rawequal(first, handle) then return method(...) end
      return method(handle, ...)
    end
  end
  function Handle.__index(handle, key)
    local method = methods[key]
    if method then return bind(handle, method) end
    local fields = getuservalue(handle, 1)
    return fields and fields[key]
  end
  function Handle.__eq(a, b) return N.handle_id(a) == N.handle_id(b) end
  function Handle.__tostring(handle) return format("[%s %d]", name, N.handle_id(handle)) end
  Handle.__concat = Time.__concat
  if iterator then
    function Handle.__call(handle) return methods[iterator](handle) end
  end
  return Handle
end
`;
