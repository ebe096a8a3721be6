/** Times as text, and the module `times`. Zones but UTC and fixed offsets are the host's. */
export const TIMES = String.raw`
local P, N = ...
local T = P.tengo
local type, rawget, rawset, rawequal, tonumber, next = type, rawget, rawset, rawequal, tonumber, next
local math_type, floor = math.type, math.floor
local kind, U, SECONDS, NANOS = T.kind, T.U, T.keys.SECONDS, T.keys.NANOS
local format, sub, match, find, rep, gsub, concat = string.format, string.sub, string.match, string.find, string.rep, string.gsub, P.concat
local ZONE = {}
local NANO = 1000000000

local MONTHS = { "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December" }
local WEEKDAYS = { [0] = "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" }

-- Days since 1970-01-01 of a civil date, and back: H. Hinnant, "chrono-compatible low-level date algorithms".
local function days_from(y, m, d)
  y = m <= 2 and y - 1 or y
  local era = y // 400
  local yoe = y - era * 400
  local doy = (153 * (m + (m > 2 and -3 or 9)) + 2) // 5 + d - 1
  return era * 146097 + yoe * 365 + yoe // 4 - yoe // 100 + doy - 719468
end
local function civil(days)
  local z = days + 719468
  local era = z // 146097
  local doe = z - era * 146097
  local yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
  local doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
  local mp = (5 * doy + 2) // 153
  local month = mp < 10 and mp + 3 or mp - 9
  return yoe + era * 400 + (month <= 2 and 1 or 0), month, doy - (153 * mp + 2) // 5 + 1
end
-- Out-of-range parts count on, as in Go.
local function seconds_from(year, month, day, hour, minute, second)
  year = year + (month - 1) // 12
  month = (month - 1) % 12 + 1
  return (days_from(year, month, 1) + day - 1) * 86400 + hour * 3600 + minute * 60 + second
end

local function zone_of(t) return rawget(t, ZONE) end
local function offset_of(t)
  local zone = zone_of(t)
  return zone and zone.offset or 0
end
local function with_zone(t, zone)
  rawset(t, ZONE, zone)
  return t
end
-- The zone of a name at a moment; an error value for an unknown one.
local function zone_named(name, seconds)
  if name == "" or name == "UTC" or name == "Local" then return nil end
  local host = T.host.time
  local offset = type(host) == "table" and host.offset
  if type(offset) ~= "function" then P.raise("method.unavailable", "time zones need the bridge time, which is not part of this runtime") end
  local minutes = offset(seconds * 1000, name)
  if kind(minutes) == "error" then return T.new_error("unknown time zone " .. name) end
  return { name = name, offset = floor(minutes * 60) }
end
local function zone_at(t, seconds)
  local zone = zone_of(t)
  if not zone or zone.fixed then return zone end
  return zone_named(zone.name, seconds)
end

local function split(t)
  local seconds = rawget(t, SECONDS) + offset_of(t)
  local days = seconds // 86400
  local rest = seconds - days * 86400
  local year, month, day = civil(days)
  return {
    year = year, month = month, day = day, hour = rest // 3600, minute = rest // 60 % 60, second = rest % 60,
    nano = rawget(t, NANOS), weekday = (days + 4) % 7, yday = days - days_from(year, 1, 1) + 1,
  }
end

local function offset_text(offset, colon)
  local absolute = offset < 0 and -offset or offset
  return format(colon and "%s%02d:%02d" or "%s%02d%02d", offset < 0 and "-" or "+", absolute // 3600, absolute // 60 % 60)
end
local function zone_name(t)
  local zone = zone_of(t)
  if not zone then return "UTC" end
  if zone.fixed and zone.name ~= "" then return zone.name end
  return offset_text(zone.offset, false)
end

-- --- layouts: the parts of Go's reference time, the longest first

local PARTS = {
  "January", "Monday", "2006", "Z07:00:00", "-07:00:00", "Z070000", "-070000", "Z07:00", "-07:00", "Z0700", "-0700",
  "Jan", "Mon", "MST", "Z07", "-07", "002", "01", "02", "03", "04", "05", "06", "15", "_2", "PM", "pm", "1", "2", "3", "4", "5",
}
local function next_part(layout, at)
  for start = at, #layout do
    for i = 1, #PARTS do
      local part = PARTS[i]
      if sub(layout, start, start + #part - 1) == part and not (part == "Jan" and find(layout, "^%l", start + 3) and sub(layout, start, start + 6) ~= "January") then
        return start, part
      end
    end
    local fraction = match(layout, "^[.,]0+", start) or match(layout, "^[.,]9+", start)
    if fraction and not find(layout, "^%d", start + #fraction) then return start, fraction end
  end
end
local function two(v) return format("%02d", v) end
local function fraction_text(part, nano)
  local digits = sub(format("%09d", nano), 1, #part - 1)
  if find(part, "9", 1, true) then
    digits = gsub(digits, "0+$", "")
    if digits == "" then return "" end
  end
  return sub(part, 1, 1) .. digits
end
local SHOW = {
  January = function(p) return MONTHS[p.month] end,
  Jan = function(p) return sub(MONTHS[p.month], 1, 3) end,
  Monday = function(p) return WEEKDAYS[p.weekday] end,
  Mon = function(p) return sub(WEEKDAYS[p.weekday], 1, 3) end,
  ["2006"] = function(p) return format("%04d", p.year) end,
  ["06"] = function(p) return two(p.year % 100) end,
  ["01"] = function(p) return two(p.month) end,
  ["1"] = function(p) return format("%d", p.month) end,
  ["02"] = function(p) return two(p.day) end,
  ["_2"] = function(p) return format("%2d", p.day) end,
  ["2"] = function(p) return format("%d", p.day) end,
  ["002"] = function(p) return format("%03d", p.yday) end,
  ["15"] = function(p) return two(p.hour) end,
  ["03"] = function(p) return two((p.hour + 11) % 12 + 1) end,
  ["3"] = function(p) return format("%d", (p.hour + 11) % 12 + 1) end,
  ["04"] = function(p) return two(p.minute) end,
  ["4"] = function(p) return format("%d", p.minute) end,
  ["05"] = function(p) return two(p.second) end,
  ["5"] = function(p) return format("%d", p.second) end,
  PM = function(p) return p.hour >= 12 and "PM" or "AM" end,
  pm = function(p) return p.hour >= 12 and "pm" or "am" end,
  MST = function(_, t) return zone_name(t) end,
}
local function show_part(part, p, t)
  local show = SHOW[part]
  if show then return show(p, t) end
  local first = sub(part, 1, 1)
  if first == "." or first == "," then return fraction_text(part, p.nano) end
  local offset = offset_of(t)
  if first == "Z" and offset == 0 then return "Z" end
  local text = offset_text(offset, find(part, ":", 1, true) ~= nil)
  if #part <= 3 then return sub(text, 1, 3) end
  return text
end
local function format_time(t, layout)
  local p, made, at = split(t), {}, 1
  while true do
    local start, part = next_part(layout, at)
    if not start then break end
    made[#made + 1] = sub(layout, at, start - 1)
    made[#made + 1] = show_part(part, p, t)
    at = start + #part
  end
  made[#made + 1] = sub(layout, at)
  return concat(made)
end

local function parse_failure(layout, s) return T.new_error("parsing time " .. T.quote(s) .. " as " .. T.quote(layout) .. ": cannot parse it") end
local function name_at(names, first, last, s, at, short)
  for i = first, last do
    local name = short and sub(names[i], 1, 3) or names[i]
    if string.lower(sub(s, at, at + #name - 1)) == string.lower(name) then return i, at + #name end
  end
end
local NUMBERS = {
  ["2006"] = { "year", "^%d%d%d%d" }, ["06"] = { "short_year", "^%d%d" }, ["01"] = { "month", "^%d%d" }, ["1"] = { "month", "^%d%d?" },
  ["02"] = { "day", "^%d%d" }, ["2"] = { "day", "^%d%d?" }, ["_2"] = { "day", "^ ?%d%d?" }, ["002"] = { "yday", "^%d%d%d" },
  ["15"] = { "hour", "^%d%d" }, ["03"] = { "hour12", "^%d%d" }, ["3"] = { "hour12", "^%d%d?" }, ["04"] = { "minute", "^%d%d" },
  ["4"] = { "minute", "^%d%d?" }, ["05"] = { "second", "^%d%d" }, ["5"] = { "second", "^%d%d?" },
}
local function parse_part(part, p, s, at)
  local number = NUMBERS[part]
  if number then
    local digits = match(s, number[2], at)
    if not digits then return nil end
    p[number[1]] = tonumber(digits)
    at = at + #digits
    if number[1] == "second" then
      local fraction = match(s, "^[.,]%d+", at)
      if fraction and not p.fraction_follows then
        p.nano = tonumber(sub(sub(fraction, 2) .. rep("0", 9), 1, 9))
        at = at + #fraction
      end
    end
    return at
  end
  if part == "January" or part == "Jan" then
    local i, after = name_at(MONTHS, 1, 12, s, at, part == "Jan")
    p.month = i
    return after
  end
  if part == "Monday" or part == "Mon" then
    local _, after = name_at(WEEKDAYS, 0, 6, s, at, part == "Mon")
    return after
  end
  if part == "PM" or part == "pm" then
    local word = string.upper(sub(s, at, at + 1))
    if word ~= "AM" and word ~= "PM" then return nil end
    p.afternoon = word
    return at + 2
  end
  if part == "MST" then
    local name = match(s, "^%u%u%u%u?", at)
    if not name then return nil end
    p.zone = name
    return at + #name
  end
  local first = sub(part, 1, 1)
  if first == "." or first == "," then
    local digits = match(s, "^[.,](%d+)", at)
    if not digits then return find(part, "9", 1, true) and at or nil end
    if not find(part, "9", 1, true) and #digits ~= #part - 1 then return nil end
    p.nano = tonumber(sub(digits .. rep("0", 9), 1, 9))
    return at + #digits + 1
  end
  if first == "Z" and sub(s, at, at) == "Z" then
    p.offset = 0
    return at + 1
  end
  local sign, hours, minutes
  if #part <= 3 then sign, hours = match(s, "^([-+])(%d%d)", at)
  elseif find(part, ":", 1, true) then sign, hours, minutes = match(s, "^([-+])(%d%d):(%d%d)", at)
  else sign, hours, minutes = match(s, "^([-+])(%d%d)(%d%d)", at) end
  if not sign then return nil end
  local offset = tonumber(hours) * 3600 + tonumber(minutes or 0) * 60
  p.offset = sign == "-" and -offset or offset
  return at + (#part <= 3 and 3 or find(part, ":", 1, true) and 6 or 5)
end
local function days_in(year, month) return days_from(month == 12 and year + 1 or year, month == 12 and 1 or month + 1, 1) - days_from(year, month, 1) end
local function parse_time(layout, s)
  local p, at, from = {}, 1, 1
  while true do
    local start, part = next_part(layout, from)
    local literal = sub(layout, from, (start or #layout + 1) - 1)
    if sub(s, at, at + #literal - 1) ~= literal then return parse_failure(layout, s) end
    at = at + #literal
    if not start then break end
    from = start + #part
    p.fraction_follows = find(layout, "^[.,][09]", from) ~= nil
    at = parse_part(part, p, s, at)
    if not at then return parse_failure(layout, s) end
  end
  if at <= #s then return T.new_error("parsing time " .. T.quote(s) .. ": extra text: " .. T.quote(sub(s, at))) end
  local year = p.year or p.short_year and (p.short_year >= 69 and 1900 or 2000) + p.short_year or 0
  local hour = p.hour or p.hour12 or 0
  if p.afternoon == "PM" and hour < 12 then hour = hour + 12 elseif p.afternoon == "AM" and hour == 12 then hour = 0 end
  local month, day = p.month or 1, p.day or 1
  local minute, second = p.minute or 0, p.second or 0
  if month < 1 or month > 12 or day < 1 or day > days_in(year, month) or hour > 23 or minute > 59 or second > 59 then
    return T.new_error("parsing time " .. T.quote(s) .. ": out of range")
  end
  local seconds = seconds_from(year, month, p.yday or day, hour, minute, second)
  if p.yday then seconds = seconds_from(year, 1, p.yday, hour, minute, second) end
  local t = T.new_time(seconds - (p.offset or 0), p.nano or 0)
  if p.offset and p.offset ~= 0 then return with_zone(t, { name = p.zone or "", offset = p.offset, fixed = true }) end
  if p.zone and p.zone ~= "UTC" and not p.offset then return with_zone(t, { name = p.zone, offset = 0, fixed = true }) end
  return t
end

-- --- durations

local UNITS = { ns = 1, us = 1000, ["\xc2\xb5s"] = 1000, ["\xce\xbcs"] = 1000, ms = 1000000, s = NANO, m = 60 * NANO, h = 3600 * NANO }
local function parse_duration(s)
  local sign, rest = match(s, "^([-+]?)(.*)$")
  if rest == "0" then return 0 end
  if rest == "" then return T.new_error("time: invalid duration " .. T.quote(s)) end
  local total, at = 0, 1
  while at <= #rest do
    local digits, unit = match(rest, "^([%d.]+)([^%d.]*)", at)
    if not digits or not find(digits, "%d") or find(digits, "%..*%.") then return T.new_error("time: invalid duration " .. T.quote(s)) end
    if unit == "" then return T.new_error("time: missing unit in duration " .. T.quote(s)) end
    local factor = UNITS[unit]
    if not factor then return T.new_error("time: unknown unit " .. T.quote(unit) .. " in duration " .. T.quote(s)) end
    local whole, fraction = match(digits, "^(%d*)%.?(%d*)$")
    total = total + (math.tointeger(tonumber(whole)) or 0) * factor
    if fraction ~= "" then total = total + floor(tonumber("0." .. fraction) * factor + 0.5) end
    at = at + #digits + #unit
  end
  return sign == "-" and -total or total
end
local function trimmed(whole, part, width)
  if part == 0 then return format("%d", whole) end
  return format("%d.", whole) .. gsub(format("%0" .. width .. "d", part), "0+$", "")
end
local function duration_text(d)
  if d == 0 then return "0s" end
  local sign = d < 0 and "-" or ""
  if d < 0 then d = -d end
  if d < 1000 then return sign .. format("%dns", d) end
  if d < 1000000 then return sign .. trimmed(d // 1000, d % 1000, 3) .. "\xc2\xb5s" end
  if d < NANO then return sign .. trimmed(d // 1000000, d % 1000000, 6) .. "ms" end
  local seconds = d // NANO
  local text = trimmed(seconds % 60, d % NANO, 9) .. "s"
  if seconds >= 60 then text = format("%dm", seconds // 60 % 60) .. text end
  if seconds >= 3600 then text = format("%dh", seconds // 3600) .. text end
  return sign .. text
end

T.time_rfc3339 = function(t) return format_time(t, "2006-01-02T15:04:05.999999999Z07:00") end
T.time_text = function(t) return format_time(t, "2006-01-02 15:04:05.999999999 -0700 MST") end

-- --- the module

local POSITIONS = { "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth" }
local function wrong(name, position, want, v)
  T.fail("invalid type for argument '" .. POSITIONS[position] .. "' in call to 'user-function:" .. name .. "': expected " .. want .. ", found " .. kind(v))
end
local function integer(name, position, v)
  if math_type(v) == "integer" then return v end
  local made = T.builtins.int(v)
  if rawequal(made, U) then wrong(name, position, "int(compatible)", v) end
  return made
end
local function text(name, position, v)
  if rawequal(v, U) then wrong(name, position, "string(compatible)", v) end
  return type(v) == "string" and v or T.text_of(v)
end
local function time(name, position, v)
  if T.is_time(v) then return v end
  if math_type(v) == "integer" then return T.new_time(v) end
  wrong(name, position, "time(compatible)", v)
end
local function now()
  local ms = N.now()
  return T.new_time(ms // 1000, ms % 1000 * 1000000)
end
local function moved(t, seconds, nanos) return with_zone(T.new_time(seconds, nanos), zone_at(t, seconds)) end

local CONSTANTS = {
  format_ansic = "Mon Jan _2 15:04:05 2006", format_unix_date = "Mon Jan _2 15:04:05 MST 2006", format_ruby_date = "Mon Jan 02 15:04:05 -0700 2006",
  format_rfc822 = "02 Jan 06 15:04 MST", format_rfc822z = "02 Jan 06 15:04 -0700", format_rfc850 = "Monday, 02-Jan-06 15:04:05 MST",
  format_rfc1123 = "Mon, 02 Jan 2006 15:04:05 MST", format_rfc1123z = "Mon, 02 Jan 2006 15:04:05 -0700", format_rfc3339 = "2006-01-02T15:04:05Z07:00",
  format_rfc3339_nano = "2006-01-02T15:04:05.999999999Z07:00", format_kitchen = "3:04PM", format_stamp = "Jan _2 15:04:05",
  format_stamp_milli = "Jan _2 15:04:05.000", format_stamp_micro = "Jan _2 15:04:05.000000", format_stamp_nano = "Jan _2 15:04:05.000000000",
  nanosecond = 1, microsecond = 1000, millisecond = 1000000, second = NANO, minute = 60 * NANO, hour = 3600 * NANO,
}
for i, name in next, MONTHS do CONSTANTS[string.lower(name)] = i end

T.define_module("times", function()
  local module = {}
  for name, value in next, CONSTANTS do module[name] = value end
  local function part(name, f)
    return { 1, 1, function(t) return f(split(time(name, 1, t))) end }
  end
  local function duration(name, f)
    return { 1, 1, function(d) return f(integer(name, 1, d)) end }
  end
  local function pair_of(name, f)
    return { 2, 2, function(a, b) return f(time(name, 1, a), time(name, 2, b)) end }
  end
  return T.module_functions(module, {
    sleep = { 1, 1, function(d)
      d = integer("sleep", 1, d)
      if d > 0 and P.sleep then P.sleep(d / 1000000) end
      return U
    end },
    parse_duration = { 1, 1, function(s) return parse_duration(text("parse_duration", 1, s)) end },
    since = { 1, 1, function(t) return now() - time("since", 1, t) end },
    ["until"] = { 1, 1, function(t) return time("until", 1, t) - now() end },
    duration_hours = duration("duration_hours", function(d) return d / (3600 * NANO) end),
    duration_minutes = duration("duration_minutes", function(d) return d / (60 * NANO) end),
    duration_seconds = duration("duration_seconds", function(d) return d / NANO end),
    duration_nanoseconds = duration("duration_nanoseconds", function(d) return d end),
    duration_string = duration("duration_string", duration_text),
    month_string = { 1, 1, function(m) return MONTHS[integer("month_string", 1, m)] or "%!Month(" .. format("%d", m) .. ")" end },
    date = { 7, 8, function(...)
      local p = { ... }
      for i = 1, 7 do p[i] = integer("date", i, p[i]) end
      local seconds = seconds_from(p[1], p[2], p[3], p[4], p[5], p[6]) + p[7] // NANO
      local zone = p[8] ~= nil and zone_named(text("date", 8, p[8]), seconds) or nil
      if kind(zone) == "error" then return zone end
      -- The offset holds at the moment that it makes.
      if zone then
        local again = zone_named(zone.name, seconds - zone.offset)
        if kind(again) ~= "error" then zone = again end
      end
      return with_zone(T.new_time(seconds - (zone and zone.offset or 0), p[7] % NANO), zone)
    end },
    now = { 0, 0, now },
    parse = { 2, 2, function(layout, s) return parse_time(text("parse", 1, layout), text("parse", 2, s)) end },
    unix = { 2, 2, function(seconds, nanos)
      seconds, nanos = integer("unix", 1, seconds), integer("unix", 2, nanos)
      return T.new_time(seconds + nanos // NANO, nanos % NANO)
    end },
    add = { 2, 2, function(t, d)
      t = time("add", 1, t)
      local moved_to = T.add_nanos(t, integer("add", 2, d))
      return with_zone(moved_to, zone_at(t, rawget(moved_to, SECONDS)))
    end },
    add_date = { 4, 4, function(t, years, months, days)
      t = time("add_date", 1, t)
      local p = split(t)
      local seconds = seconds_from(p.year + integer("add_date", 2, years), p.month + integer("add_date", 3, months), p.day + integer("add_date", 4, days), p.hour, p.minute, p.second)
      return moved(t, seconds - offset_of(t), p.nano)
    end },
    sub = pair_of("sub", function(a, b) return a - b end),
    after = pair_of("after", function(a, b) return a > b end),
    before = pair_of("before", function(a, b) return a < b end),
    time_year = part("time_year", function(p) return p.year end),
    time_month = part("time_month", function(p) return p.month end),
    time_day = part("time_day", function(p) return p.day end),
    time_weekday = part("time_weekday", function(p) return p.weekday end),
    time_hour = part("time_hour", function(p) return p.hour end),
    time_minute = part("time_minute", function(p) return p.minute end),
    time_second = part("time_second", function(p) return p.second end),
    time_nanosecond = part("time_nanosecond", function(p) return p.nano end),
    time_unix = { 1, 1, function(t) return rawget(time("time_unix", 1, t), SECONDS) end },
    time_unix_nano = { 1, 1, function(t)
      t = time("time_unix_nano", 1, t)
      return rawget(t, SECONDS) * NANO + rawget(t, NANOS)
    end },
    time_format = { 2, 2, function(t, layout) return format_time(time("time_format", 1, t), text("time_format", 2, layout)) end },
    time_location = { 1, 1, function(t)
      local zone = zone_of(time("time_location", 1, t))
      return zone and zone.name or "UTC"
    end },
    time_string = { 1, 1, function(t) return T.time_text(time("time_string", 1, t)) end },
    is_zero = { 1, 1, function(t)
      t = time("is_zero", 1, t)
      return rawget(t, SECONDS) == -62135596800 and rawget(t, NANOS) == 0
    end },
    to_utc = { 1, 1, function(t)
      t = time("to_utc", 1, t)
      return T.new_time(rawget(t, SECONDS), rawget(t, NANOS))
    end },
    to_local = { 1, 1, function(t)
      t = time("to_local", 1, t)
      return T.new_time(rawget(t, SECONDS), rawget(t, NANOS))
    end },
    in_location = { 2, 2, function(t, name)
      t = time("in_location", 1, t)
      local zone = zone_named(text("in_location", 2, name), rawget(t, SECONDS))
      if kind(zone) == "error" then return zone end
      return with_zone(T.new_time(rawget(t, SECONDS), rawget(t, NANOS)), zone)
    end },
  })
end)
`;
