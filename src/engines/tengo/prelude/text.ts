/** The module `text`. Strings are bytes; what speaks of characters decodes them. */
export const TEXT = String.raw`
local P, N = ...
local T = P.tengo
local type, rawequal, select, next, tonumber = type, rawequal, select, next, tonumber
local math_type = math.type
local kind, U, array, map = T.kind, T.U, T.array, T.map
local list_of, count, decode = T.list_of, T.count, T.decode
local format, sub, byte, rep, find, match, gsub, concat, reverse = string.format, string.sub, string.byte, string.rep, string.find, string.match, string.gsub, P.concat, string.reverse
local POSITIONS = { "first", "second", "third", "fourth" }

local function wrong(name, position, want, v)
  T.fail("invalid type for argument '" .. POSITIONS[position] .. "' in call to 'user-function:" .. name .. "': expected " .. want .. ", found " .. kind(v))
end
local function text(name, position, v)
  if type(v) == "string" then return v end
  if rawequal(v, U) then wrong(name, position, "string(compatible)", v) end
  return T.text_of(v)
end
local function integer(name, position, v)
  if math_type(v) == "integer" then return v end
  local made = T.builtins.int(v)
  if rawequal(made, U) then wrong(name, position, "int(compatible)", v) end
  return made
end
local function list(name, position, v)
  local found = list_of(v)
  if not found then wrong(name, position, "array", v) end
  return found
end
local function to_array(parts)
  local made = {}
  for i = 1, #parts do made[i - 1] = parts[i] end
  return array(made)
end
local function characters(s)
  local codes, n = decode(s)
  local made = {}
  for i = 0, n - 1 do made[i + 1] = T.utf8_of(codes[i]) end
  return made
end

-- The same letters in another case: ASCII here, what lies beyond by the host's text bridge where there is one.
local lower_ascii, upper_ascii = string.lower, string.upper
local function in_case(s, ascii, method)
  if not find(s, "[\x80-\xff]") then return ascii(s) end
  local host = T.host.text
  local f = type(host) == "table" and host[method]
  if type(f) ~= "function" then return (gsub(s, "[%w]+", ascii)) end
  return f(s)
end
local function lower(s) return in_case(s, lower_ascii, "lower") end
local function upper(s) return in_case(s, upper_ascii, "upper") end

local function split(s, sep, keep, limit)
  if limit == 0 then return nil end
  local parts = {}
  if sep == "" then
    local all = characters(s)
    if limit > 0 and #all > limit then
      for i = 1, limit - 1 do parts[i] = all[i] end
      parts[limit] = concat(all, "", limit)
      return parts
    end
    return all
  end
  local from = 1
  while limit < 0 or #parts < limit - 1 do
    local start, stop = find(s, sep, from, true)
    if not start then break end
    parts[#parts + 1] = sub(s, from, keep and stop or start - 1)
    from = stop + 1
  end
  parts[#parts + 1] = sub(s, from)
  return parts
end
local function splitter(name, keep, limited)
  return { limited and 3 or 2, limited and 3 or 2, function(s, sep, limit)
    s, sep = text(name, 1, s), text(name, 2, sep)
    local parts = split(s, sep, keep, limited and integer(name, 3, limit) or -1)
    return to_array(parts or {})
  end }
end

local function replace(s, old, new, limit)
  if limit == 0 or old == new then return s end
  local parts, from, n = {}, 1, 0
  if old == "" then
    local all = characters(s)
    for i = 1, #all + 1 do
      if limit < 0 or n < limit then
        parts[#parts + 1] = new
        n = n + 1
      end
      parts[#parts + 1] = all[i]
    end
    return concat(parts)
  end
  while limit < 0 or n < limit do
    local start, stop = find(s, old, from, true)
    if not start then break end
    parts[#parts + 1] = sub(s, from, start - 1)
    parts[#parts + 1] = new
    from, n = stop + 1, n + 1
  end
  parts[#parts + 1] = sub(s, from)
  return concat(parts)
end

local function last_index(s, part)
  if part == "" then return #s end
  local at = find(reverse(s), reverse(part), 1, true)
  return at and #s - at - #part + 1 or -1
end
local function index_any(s, set, from, to, step)
  local wanted = {}
  for _, c in next, characters(set) do wanted[c] = true end
  local all, at = characters(s), {}
  local offset = 0
  for i = 1, #all do
    at[i] = offset
    offset = offset + #all[i]
  end
  for i = from(#all), to(#all), step do
    if wanted[all[i]] then return at[i] end
  end
  return -1
end

local SPACES = { [" "] = true, ["\t"] = true, ["\n"] = true, ["\v"] = true, ["\f"] = true, ["\r"] = true, ["\xc2\x85"] = true, ["\xc2\xa0"] = true }
local function trim_set(s, set, left, right)
  local all = characters(s)
  local from, to = 1, #all
  while left and from <= to and set[all[from]] do from = from + 1 end
  while right and to >= from and set[all[to]] do to = to - 1 end
  local skipped, kept = 0, 0
  for i = 1, from - 1 do skipped = skipped + #all[i] end
  for i = from, to do kept = kept + #all[i] end
  return sub(s, skipped + 1, skipped + kept)
end
local function trimmer(name, left, right)
  return { 2, 2, function(s, cutset)
    s, cutset = text(name, 1, s), text(name, 2, cutset)
    local set = {}
    for _, c in next, characters(cutset) do set[c] = true end
    return trim_set(s, set, left, right)
  end }
end
local function fields(s)
  local parts, run = {}, {}
  local function finish()
    if #run > 0 then
      parts[#parts + 1] = concat(run)
      run = {}
    end
  end
  for _, c in next, characters(s) do
    if SPACES[c] then finish() else run[#run + 1] = c end
  end
  finish()
  return parts
end
local function title(s)
  local all, start = characters(s), true
  for i = 1, #all do
    local c = all[i]
    if start then all[i] = upper(c) end
    start = not (find(c, "^[%w_']") or #c > 1)
  end
  return concat(all)
end

local function padder(name, left)
  return { 2, 3, function(s, width, with)
    s, width = text(name, 1, s), integer(name, 2, width)
    if width <= #s then return s end
    with = with == nil and " " or text(name, 3, with)
    if with == "" then return s end
    local made = rep(with, (width - #s) // #with + 1)
    if left then return sub(made, -(width - #s)) .. s end
    return s .. sub(made, 1, width - #s)
  end }
end

-- --- numbers

local function number_failure(f, s, why) return T.new_error("strconv." .. f .. ": parsing " .. T.quote(s) .. ": " .. why) end
local DIGIT = {}
for i = 0, 35 do
  local c = sub("0123456789abcdefghijklmnopqrstuvwxyz", i + 1, i + 1)
  DIGIT[c], DIGIT[upper_ascii(c)] = i, i
end
local function parse_integer(f, s, base, bits)
  local sign, digits = match(s, "^([-+]?)(.*)$")
  if base == 0 then
    local prefix = lower_ascii(sub(digits, 1, 2))
    base = prefix == "0x" and 16 or prefix == "0b" and 2 or prefix == "0o" and 8 or sub(digits, 1, 1) == "0" and #digits > 1 and 8 or 10
    if prefix == "0x" or prefix == "0b" or prefix == "0o" then digits = sub(digits, 3) end
    digits = gsub(digits, "_", "")
  elseif base < 2 or base > 36 then return number_failure(f, s, "invalid base " .. format("%d", base)) end
  if bits < 0 or bits > 64 then return number_failure(f, s, "invalid bit size " .. format("%d", bits)) end
  if digits == "" then return number_failure(f, s, "invalid syntax") end
  if bits == 0 then bits = 64 end
  local most = bits == 64 and math.mininteger or -(1 << (bits - 1))
  local value = 0
  for i = 1, #digits do
    local d = DIGIT[sub(digits, i, i)]
    if not d or d >= base then return number_failure(f, s, "invalid syntax") end
    -- Below zero there is one more.
    if value < (most + d) // base + ((most + d) % base == 0 and 0 or 1) then return number_failure(f, s, "value out of range") end
    value = value * base - d
  end
  if sign == "-" then return value end
  if value == most then return number_failure(f, s, "value out of range") end
  return -value
end

local BOOLEANS = { ["1"] = true, t = true, T = true, ["true"] = true, TRUE = true, True = true, ["0"] = false, f = false, F = false, ["false"] = false, FALSE = false, False = false }

-- --- regular expressions, by the host's bridge

local function regex(method)
  local host = T.host.regex
  local f = type(host) == "table" and host[method]
  if type(f) ~= "function" then P.raise("method.unavailable", "regular expressions need the bridge regex, which is not part of this runtime") end
  return f
end
-- Byte offsets of character offsets, as both grow.
local function byte_offsets(s)
  local all = characters(s)
  local at, offset = { [0] = 0 }, 0
  for i = 1, #all do
    offset = offset + #all[i]
    at[i] = offset
  end
  return function(i) return at[i] end
end
local function find_matches(pattern, s, limit)
  local found = regex("find_all")(s, pattern, limit > 0 and map { limit = limit } or map {})
  if kind(found) == "error" then return found end
  local n = limit == 0 and 0 or count(found)
  if n == 0 then return U end
  local offset = byte_offsets(s)
  local made = {}
  for i = 0, n - 1 do
    local spans, groups, taking_part = found[i].spans, {}, 0
    for g = 0, count(spans) - 1 do
      local span = spans[g]
      if not rawequal(span, U) then
        local from, to = offset(span[0]), offset(span[1])
        groups[taking_part] = T.immutable(map { text = sub(s, from + 1, to), begin = from, ["end"] = to })
        taking_part = taking_part + 1
      end
    end
    made[i] = array(groups)
  end
  return array(made)
end
-- In a template ${"$"}1, ${"$"}{1} and ${"$"}name stand for groups, ${"$"}${"$"} for a dollar.
local function re_replace(pattern, s, template)
  local found = regex("find_all")(s, pattern, map {})
  if kind(found) == "error" then return found end
  local offset, parts, from = byte_offsets(s), {}, 0
  for i = 0, count(found) - 1 do
    local m = found[i]
    local spans = m.spans
    local start, stop = offset(spans[0][0]), offset(spans[0][1])
    parts[#parts + 1] = sub(s, from + 1, start)
    local function group(name)
      local g = tonumber(name)
      local value
      if g then
        local span = g < count(spans) and spans[g] or U
        if not rawequal(span, U) then value = sub(s, offset(span[0]) + 1, offset(span[1])) end
      else
        value = m.named[name]
        if rawequal(value, U) then value = nil end
      end
      return value or ""
    end
    local at, made = 1, {}
    while true do
      local dollar = find(template, "$", at, true)
      if not dollar then break end
      made[#made + 1] = sub(template, at, dollar - 1)
      local name = match(template, "^{([%w_]+)}", dollar + 1)
      if sub(template, dollar + 1, dollar + 1) == "$" then
        made[#made + 1] = "$"
        at = dollar + 2
      elseif name then
        made[#made + 1] = group(name)
        at = dollar + 3 + #name
      else
        name = match(template, "^[%w_]+", dollar + 1)
        if name then made[#made + 1] = group(name) else made[#made + 1] = "$" end
        at = dollar + 1 + (name and #name or 0)
      end
    end
    made[#made + 1] = sub(template, at)
    parts[#parts + 1] = concat(made)
    from = stop
  end
  parts[#parts + 1] = sub(s, from + 1)
  return concat(parts)
end
local function re_split(pattern, s, limit)
  if limit == 0 then return array {} end
  local parts = regex("split")(s, pattern, limit > 0 and map { limit = limit } or map {})
  return parts
end

T.define_module("text", function()
  local module = {}
  local function re_functions(pattern, prefix)
    local n = pattern == nil and 1 or 0
    local function with(f)
      if pattern == nil then return f end
      return function(...) return f(pattern, ...) end
    end
    return {
      [prefix .. "match"] = { n + 1, n + 1, with(function(p, s)
        p, s = text("re_match", 1, p), text("re_match", 2, s)
        return regex("test")(s, p)
      end) },
      [prefix .. "find"] = { n + 1, n + 2, with(function(p, s, limit)
        p, s = text("re_find", 1, p), text("re_find", 2, s)
        return find_matches(p, s, limit == nil and 1 or integer("re_find", 3, limit))
      end) },
      [prefix .. "replace"] = { n + 2, n + 2, with(function(p, s, template)
        p, s, template = text("re_replace", 1, p), text("re_replace", 2, s), text("re_replace", 3, template)
        return re_replace(p, s, template)
      end) },
      [prefix .. "split"] = { n + 1, n + 2, with(function(p, s, limit)
        p, s = text("re_split", 1, p), text("re_split", 2, s)
        return re_split(p, s, limit == nil and -1 or integer("re_split", 3, limit))
      end) },
    }
  end
  T.module_functions(module, re_functions(nil, "re_"))
  local function test2(name, f)
    return { 2, 2, function(a, b) return f(text(name, 1, a), text(name, 2, b)) end }
  end
  local function change(name, f)
    return { 1, 1, function(s) return f(text(name, 1, s)) end }
  end
  return T.module_functions(module, {
    re_compile = { 1, 1, function(pattern)
      pattern = text("re_compile", 1, pattern)
      local ok = regex("test")("", pattern)
      if kind(ok) == "error" then return ok end
      return T.immutable(map(T.module_functions({}, re_functions(pattern, ""))))
    end },
    compare = test2("compare", function(a, b) return a == b and 0 or a < b and -1 or 1 end),
    contains = test2("contains", function(s, part) return find(s, part, 1, true) ~= nil end),
    contains_any = test2("contains_any", function(s, set)
      return index_any(s, set, function() return 1 end, function(n) return n end, 1) >= 0
    end),
    count = test2("count", function(s, part)
      if part == "" then return #characters(s) + 1 end
      local n, at = 0, 1
      while true do
        local start, stop = find(s, part, at, true)
        if not start then return n end
        n, at = n + 1, stop + 1
      end
    end),
    equal_fold = test2("equal_fold", function(a, b) return lower(upper(a)) == lower(upper(b)) end),
    fields = { 1, 1, function(s) return to_array(fields(text("fields", 1, s))) end },
    has_prefix = test2("has_prefix", function(s, part) return sub(s, 1, #part) == part end),
    has_suffix = test2("has_suffix", function(s, part) return part == "" or sub(s, -#part) == part end),
    index = test2("index", function(s, part) return (find(s, part, 1, true) or 0) - 1 end),
    index_any = test2("index_any", function(s, set)
      return index_any(s, set, function() return 1 end, function(n) return n end, 1)
    end),
    last_index = test2("last_index", last_index),
    last_index_any = test2("last_index_any", function(s, set)
      return index_any(s, set, function(n) return n end, function() return 1 end, -1)
    end),
    join = { 2, 2, function(items, sep)
      items, sep = list("join", 1, items), text("join", 2, sep)
      local parts = {}
      for i = 0, count(items) - 1 do parts[i + 1] = T.text_of(items[i]) end
      return concat(parts, sep)
    end },
    pad_left = padder("pad_left", true),
    pad_right = padder("pad_right", false),
    ["repeat"] = { 2, 2, function(s, n)
      s, n = text("repeat", 1, s), integer("repeat", 2, n)
      if n < 0 then T.fail("repeat: negative count") end
      return rep(s, n)
    end },
    replace = { 4, 4, function(s, old, new, limit)
      return replace(text("replace", 1, s), text("replace", 2, old), text("replace", 3, new), integer("replace", 4, limit))
    end },
    split = splitter("split", false, false),
    split_n = splitter("split_n", false, true),
    split_after = splitter("split_after", true, false),
    split_after_n = splitter("split_after_n", true, true),
    substr = { 2, 3, function(s, low, high)
      s, low = text("substr", 1, s), integer("substr", 2, low)
      high = high == nil and #s or integer("substr", 3, high)
      if low < 0 then low = 0 end
      if high > #s then high = #s end
      if low > high then T.fail("invalid index type") end
      return sub(s, low + 1, high)
    end },
    title = change("title", title),
    to_lower = change("to_lower", lower),
    to_upper = change("to_upper", upper),
    to_title = change("to_title", upper),
    trim = trimmer("trim", true, true),
    trim_left = trimmer("trim_left", true, false),
    trim_right = trimmer("trim_right", false, true),
    trim_prefix = test2("trim_prefix", function(s, part) return part ~= "" and sub(s, 1, #part) == part and sub(s, #part + 1) or s end),
    trim_suffix = test2("trim_suffix", function(s, part) return part ~= "" and sub(s, -#part) == part and sub(s, 1, -#part - 1) or s end),
    trim_space = change("trim_space", function(s) return trim_set(s, SPACES, true, true) end),
    atoi = { 1, 1, function(s) return parse_integer("Atoi", text("atoi", 1, s), 10, 0) end },
    itoa = { 1, 1, function(v) return format("%d", integer("itoa", 1, v)) end },
    parse_int = { 3, 3, function(s, base, bits)
      return parse_integer("ParseInt", text("parse_int", 1, s), integer("parse_int", 2, base), integer("parse_int", 3, bits))
    end },
    parse_float = { 2, 2, function(s)
      s = text("parse_float", 1, s)
      local v = T.parse_float(s)
      if v == nil then return number_failure("ParseFloat", s, "invalid syntax") end
      return v
    end },
    parse_bool = { 1, 1, function(s)
      s = text("parse_bool", 1, s)
      local v = BOOLEANS[s]
      if v == nil then return number_failure("ParseBool", s, "invalid syntax") end
      return v
    end },
    format_bool = { 1, 1, function(v)
      if type(v) ~= "boolean" then wrong("format_bool", 1, "bool", v) end
      return v and "true" or "false"
    end },
    format_int = { 2, 2, function(v, base)
      v, base = integer("format_int", 1, v), integer("format_int", 2, base)
      if base < 2 or base > 36 then T.fail("format_int: illegal base " .. format("%d", base)) end
      return (v < 0 and "-" or "") .. T.magnitude(v, base)
    end },
    format_float = { 4, 4, function(v, verb, precision)
      if type(v) ~= "number" then wrong("format_float", 1, "float", v) end
      verb, precision = text("format_float", 2, verb), integer("format_float", 3, precision)
      v = v + 0.0
      if verb == "f" and precision < 0 then return T.float_text(v) end
      if precision < 0 and verb ~= "f" then
        local sign = v < 0 and "-" or ""
        local absolute = v < 0 and -v or v
        if verb == "e" or verb == "E" then return sign .. T.exponent_form(absolute, nil, verb == "E") end
        return sign .. T.general_form(absolute, nil, verb == "G")
      end
      return T.format("%." .. format("%d", precision) .. sub(verb, 1, 1), v)
    end },
    quote = change("quote", T.quote),
    unquote = { 1, 1, function(s)
      s = text("unquote", 1, s)
      local inner = match(s, '^"(.*)"$') or match(s, "^'(.*)'$")
      local raw = match(s, "^${"`"}([^${"`"}]*)${"`"}$")
      if raw then return raw end
      if not inner or find(inner, "\n", 1, true) then return T.new_error("invalid syntax") end
      local quoted = sub(s, 1, 1)
      local made, at = {}, 1
      local SIMPLE = { a = "\a", b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", v = "\v", ["\\"] = "\\", [quoted] = quoted }
      while at <= #inner do
        local c = sub(inner, at, at)
        if c == quoted then return T.new_error("invalid syntax") end
        if c ~= "\\" then
          made[#made + 1] = c
          at = at + 1
        else
          local e = sub(inner, at + 1, at + 1)
          local hex, short, long, octal = match(inner, "^x(%x%x)", at + 1), match(inner, "^u(%x%x%x%x)", at + 1), match(inner, "^U(%x%x%x%x%x%x%x%x)", at + 1), match(inner, "^([0-7][0-7][0-7])", at + 1)
          if SIMPLE[e] then made[#made + 1], at = SIMPLE[e], at + 2
          elseif hex then made[#made + 1], at = string.char(tonumber(hex, 16)), at + 4
          elseif short then made[#made + 1], at = T.utf8_of(tonumber(short, 16)), at + 6
          elseif long then made[#made + 1], at = T.utf8_of(tonumber(long, 16)), at + 10
          elseif octal and tonumber(octal, 8) < 256 then made[#made + 1], at = string.char(tonumber(octal, 8)), at + 4
          else return T.new_error("invalid syntax") end
        end
      end
      return concat(made)
    end },
  })
end)
`;
