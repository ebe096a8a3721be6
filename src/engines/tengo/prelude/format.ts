/** `format` and the module `fmt`: Go's verbs on Tengo's values. */
export const FORMAT = String.raw`
local P, N = ...
local T = P.tengo
local type, rawget, select, tonumber = type, rawget, select, tonumber
local math_type = math.type
local kind, CODE = T.kind, T.keys.CODE
local format, sub, byte, rep, find, match, upper, gsub, concat = string.format, string.sub, string.byte, string.rep, string.find, string.match, string.upper, string.gsub, P.concat

local DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
-- The digits of an integer in a base, without sign.
local function magnitude(v, base)
  local made, rest = {}, v < 0 and -v or v
  repeat
    local quotient, digit
    if rest >= 0 then quotient, digit = rest // base, rest % base
    else
      -- 2^63, which only fits without a sign.
      quotient = ((rest >> 1) // base) << 1
      digit = rest - quotient * base
      if not math.ult(digit, base) then quotient, digit = quotient + 1, digit - base end
    end
    made[#made + 1] = sub(DIGITS, digit + 1, digit + 1)
    rest = quotient
  until rest == 0
  return string.reverse(concat(made))
end
T.magnitude = magnitude

local function pad(text, flags, zero_from)
  local width = flags.width
  if not width then return text end
  local _, length = T.decode(text)
  local missing = width - length
  if missing <= 0 then return text end
  if flags.minus then return text .. rep(" ", missing) end
  if flags.zero and zero_from then
    return sub(text, 1, zero_from) .. rep("0", missing) .. sub(text, zero_from + 1)
  end
  return rep(" ", missing) .. text
end

local function sign_of(negative, flags)
  return negative and "-" or flags.plus and "+" or flags.space and " " or ""
end

local BASES = { b = 2, o = 8, O = 8, d = 10, x = 16, X = 16 }
local PREFIXES = { b = "0b", o = "0", x = "0x", X = "0X" }
local function format_int(v, verb, flags)
  if verb == "v" then verb = "d" end
  local base = BASES[verb]
  if base then
    local digits = magnitude(v, base)
    if verb == "X" then digits = upper(digits) end
    if flags.precision then
      if flags.precision == 0 and v == 0 then digits = "" end
      digits = rep("0", flags.precision - #digits) .. digits
    end
    local prefix = flags.sharp and PREFIXES[verb] or verb == "O" and "0o" or ""
    if verb == "o" and sub(digits, 1, 1) == "0" then prefix = "" end
    local head = sign_of(v < 0, flags) .. prefix
    return pad(head .. digits, flags, not flags.precision and #head or nil)
  end
  if verb == "c" then return pad(T.utf8_of(v), flags) end
  if verb == "q" then return pad("'" .. gsub(sub(T.quote(T.utf8_of(v)), 2, -2), "'", "\\'") .. "'", flags) end
  if verb == "U" then
    local text = format("U+%04X", v)
    if flags.sharp then text = text .. " '" .. T.utf8_of(v) .. "'" end
    return pad(text, flags)
  end
end

-- Digits and exponent as Go writes exponents: at least two digits.
local function exponent_form(v, precision, upper_case)
  local text
  if precision then text = format("%." .. precision .. "e", v)
  else
    local digits, exponent = T.shortest(v)
    text = sub(digits, 1, 1) .. (#digits > 1 and "." .. sub(digits, 2) or "") .. format("e%s%02d", exponent < 0 and "-" or "+", exponent < 0 and -exponent or exponent)
  end
  return upper_case and upper(text) or text
end
local function general_form(v, precision, upper_case, sharp)
  if v == 0 then return "0" end
  local digits, exponent
  local shortest = not precision or precision < 0
  if shortest then
    digits, exponent = T.shortest(v)
  else
    if precision == 0 then precision = 1 end
    local mantissa, e = match(format("%." .. precision - 1 .. "e", v), "^([%d.]+)e([-+]%d+)$")
    digits, exponent = gsub(gsub(mantissa, "%.", ""), "0+$", ""), tonumber(e)
  end
  local limit = shortest and 21 or precision
  if shortest and #digits > limit then limit = #digits end
  if exponent < -4 or exponent >= limit then
    local text = sub(digits, 1, 1) .. (#digits > 1 and "." .. sub(digits, 2) or "") .. format("e%s%02d", exponent < 0 and "-" or "+", exponent < 0 and -exponent or exponent)
    return upper_case and upper(text) or text
  end
  local point = exponent + 1
  if point <= 0 then return "0." .. rep("0", -point) .. digits end
  if point >= #digits then return digits .. rep("0", point - #digits) end
  return sub(digits, 1, point) .. "." .. sub(digits, point + 1)
end
T.exponent_form, T.general_form = exponent_form, general_form

local function format_float(v, verb, flags)
  local negative = v < 0 or v == 0 and 1 / v < 0
  local absolute = negative and -v or v
  local sign = sign_of(negative, flags)
  if v ~= v then return pad((flags.plus and "+" or "") .. "NaN", flags) end
  if absolute == math.huge then return pad((negative and "-" or "+") .. "Inf", flags) end
  local text
  if verb == "v" or verb == "g" or verb == "G" then text = general_form(absolute, flags.precision, verb == "G")
  elseif verb == "e" or verb == "E" then text = exponent_form(absolute, flags.precision or 6, verb == "E")
  elseif verb == "f" or verb == "F" then text = format("%." .. (flags.precision or 6) .. "f", absolute)
  elseif verb == "x" or verb == "X" then
    text = format(verb == "x" and "%a" or "%A", absolute)
    text = gsub(text, "([pP][-+])(%d)$", "%10%2")
  else return nil end
  return pad(sign .. text, flags, #sign)
end

local function hex_text(s, verb, flags)
  local made = {}
  for i = 1, #s do made[i] = format(verb == "x" and "%02x" or "%02X", byte(s, i)) end
  local prefix = flags.sharp and (verb == "x" and "0x" or "0X") or ""
  if flags.space then return prefix .. concat(made, " " .. prefix) end
  return prefix .. concat(made)
end
local function format_text(s, verb, flags)
  if flags.precision and verb ~= "x" and verb ~= "X" then
    local codes, n = T.decode(s)
    if n > flags.precision then
      local kept = {}
      for i = 0, flags.precision - 1 do kept[i + 1] = T.utf8_of(codes[i]) end
      s = concat(kept)
    end
  end
  if verb == "v" or verb == "s" then return pad(s, flags) end
  if verb == "q" then
    if flags.sharp and not find(s, "[%c${"`"}]") then return pad("${"`"}" .. s .. "${"`"}", flags) end
    return pad(T.quote(s), flags)
  end
  if verb == "x" or verb == "X" then return pad(hex_text(s, verb, flags), flags) end
end

local function format_value(v, verb, flags)
  if verb == "T" then return pad(kind(v), flags) end
  local t = type(v)
  local made
  if t == "number" then
    if math_type(v) == "integer" then made = format_int(v, verb, flags) else made = format_float(v, verb, flags) end
  elseif t == "boolean" then
    if verb == "t" or verb == "v" then made = pad(v and "true" or "false", flags) end
  elseif t == "string" then made = format_text(v, verb, flags)
  elseif T.is_char(v) then
    if verb == "v" or verb == "s" then made = pad(T.text_of(v), flags) else made = format_int(rawget(v, CODE), verb, flags) end
  elseif T.bytes_of(v) then made = format_text(T.bytes_of(v), verb, flags)
  elseif verb == "v" or verb == "s" then made = pad(T.text_of(v), flags)
  elseif verb == "q" then made = pad(T.quote(T.text_of(v)), flags) end
  if made then return made end
  return "%!" .. verb .. "(" .. kind(v) .. "=" .. T.text_of(v) .. ")"
end

local MAX_WIDTH = 1000000
-- A number in the format, or the argument that a * stands for.
local function read_number(template, at, state)
  if sub(template, at, at) == "*" then
    local v = state.args[state.next]
    state.next = state.next + 1
    if math_type(v) ~= "integer" or v > MAX_WIDTH or v < -MAX_WIDTH then return nil, at + 1, true end
    return v, at + 1
  end
  local digits = match(template, "^%d+", at)
  if not digits then return nil, at end
  local v = tonumber(digits)
  if v > MAX_WIDTH then return nil, at + #digits, true end
  return v, at + #digits
end
local function read_index(template, at, state)
  local digits = match(template, "^%[(%d+)%]", at)
  if not digits then return at end
  state.next, state.reordered = tonumber(digits), true
  if state.next < 1 or state.next > state.count then state.bad = true end
  return at + #digits + 2
end

function T.format(template, ...)
  local state = { args = { ... }, count = select("#", ...), next = 1 }
  local made, at, size = {}, 1, #template
  while at <= size do
    local start = find(template, "%", at, true)
    if not start then
      made[#made + 1] = sub(template, at)
      break
    end
    made[#made + 1] = sub(template, at, start - 1)
    at = start + 1
    local flags = {}
    state.bad = false
    while true do
      local c = sub(template, at, at)
      if c == "+" then flags.plus = true
      elseif c == "-" then flags.minus = true
      elseif c == "#" then flags.sharp = true
      elseif c == " " then flags.space = true
      elseif c == "0" then flags.zero = true
      else break end
      at = at + 1
    end
    at = read_index(template, at, state)
    local wrong
    flags.width, at, wrong = read_number(template, at, state)
    if wrong then made[#made + 1] = "%!(BADWIDTH)" end
    if flags.width and flags.width < 0 then flags.width, flags.minus = -flags.width, true end
    if sub(template, at, at) == "." then
      at = read_index(template, at + 1, state)
      flags.precision, at, wrong = read_number(template, at, state)
      if wrong or flags.precision and flags.precision < 0 then
        made[#made + 1] = "%!(BADPREC)"
        flags.precision = nil
      elseif not flags.precision then flags.precision = 0 end
    end
    at = read_index(template, at, state)
    if at > size then
      made[#made + 1] = "%!(NOVERB)"
      break
    end
    local length = byte(template, at) < 0x80 and 1 or byte(template, at) >= 0xf0 and 4 or byte(template, at) >= 0xe0 and 3 or 2
    local verb = sub(template, at, at + length - 1)
    at = at + length
    if verb == "%" then made[#made + 1] = "%"
    elseif state.bad then made[#made + 1] = "%!" .. verb .. "(BADINDEX)"
    elseif state.next > state.count then made[#made + 1] = "%!" .. verb .. "(MISSING)"
    else
      made[#made + 1] = format_value(state.args[state.next], verb, flags)
      state.next = state.next + 1
    end
  end
  if not state.reordered and state.next <= state.count then
    local extra = {}
    for i = state.next, state.count do extra[#extra + 1] = kind(state.args[i]) .. "=" .. T.text_of(state.args[i]) end
    made[#made + 1] = "%!(EXTRA " .. concat(extra, ", ") .. ")"
  end
  return concat(made)
end

T.define_builtin("format", 1, math.maxinteger, function(template, ...)
  local text = type(template) == "string" and template or T.text_value(template)
  if not text then T.wrong_type("format", "format", "string", template) end
  if select("#", ...) == 0 then return text end
  return T.format(text, ...)
end)

local function shown(sep, finish)
  return function(...)
    local parts = { ... }
    for i = 1, #parts do parts[i] = T.text_of(parts[i]) end
    P.write(concat(parts, sep) .. finish)
    return T.U
  end
end
-- As in Lua: tabs between the values.
T.print = shown("\t", "\n")
T.builtin_names[T.print] = "user-function:print"
local function template_of(name, v)
  local text = type(v) == "string" and v or T.text_value(v)
  if not text then T.fail("invalid type for argument 'format' in call to 'user-function:" .. name .. "': expected string, found " .. kind(v)) end
  return text
end
T.define_module("fmt", function()
  local MANY = math.maxinteger
  return T.module_functions({}, {
    print = { 0, MANY, shown("", "") },
    println = { 0, MANY, shown("", "\n") },
    printf = { 1, MANY, function(template, ...)
      local text = template_of("printf", template)
      P.write(select("#", ...) == 0 and text or T.format(text, ...))
      return T.U
    end },
    sprintf = { 1, MANY, function(template, ...)
      local text = template_of("sprintf", template)
      if select("#", ...) == 0 then return text end
      return T.format(text, ...)
    end },
  })
end)
`;
