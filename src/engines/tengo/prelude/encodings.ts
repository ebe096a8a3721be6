/** The modules `base64`, `hex` and `json`. */
export const ENCODINGS = String.raw`
local P, N = ...
local T = P.tengo
local type, rawget, rawequal, tonumber, next = type, rawget, rawequal, tonumber, next
local math_type = math.type
local kind, U, array, map = T.kind, T.U, T.array, T.map
local list_of, map_of, count = T.list_of, T.map_of, T.count
local format, sub, byte, char, rep, find, match, gsub, concat = string.format, string.sub, string.byte, string.char, string.rep, string.find, string.match, string.gsub, P.concat

local function text_or_bytes(name, v)
  local s = T.bytes_of(v) or type(v) == "string" and v or T.text_value(v)
  if not s then T.fail("invalid type for argument 'first' in call to 'user-function:" .. name .. "': expected bytes(compatible), found " .. kind(v)) end
  return s
end
local function text(name, v)
  local s = type(v) == "string" and v or T.text_value(v) or T.bytes_of(v)
  if not s then T.fail("invalid type for argument 'first' in call to 'user-function:" .. name .. "': expected string(compatible), found " .. kind(v)) end
  return s
end
local function failure(message) return T.new_error(message) end

-- --- base64

local STANDARD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
local function encode64(s, alphabet, padded)
  local made, n = {}, 0
  for at = 1, #s, 3 do
    local a, b, c = byte(s, at, at + 2)
    local bits = a << 16 | (b or 0) << 8 | (c or 0)
    local function letter(shift)
      local i = (bits >> shift & 63) + 1
      return sub(alphabet, i, i)
    end
    n = n + 1
    made[n] = letter(18) .. letter(12) .. (b and letter(6) or padded and "=" or "") .. (c and letter(0) or padded and "=" or "")
  end
  return concat(made)
end
local function decode64(s, alphabet, padded)
  local values = {}
  for i = 1, 64 do values[byte(alphabet, i)] = i - 1 end
  s = gsub(s, "[\r\n]", "")
  local body, tail = match(s, "^(.-)(=*)$")
  local rest = #body % 4
  local wanted = padded and (4 - rest) % 4 or 0
  local bad = find(body, padded and alphabet == STANDARD and "[^%w+/]" or alphabet == STANDARD and "[^%w+/]" or "[^%w_-]")
  if bad or rest == 1 or #tail ~= wanted then
    return failure("illegal base64 data at input byte " .. (bad and bad - 1 or #body))
  end
  local made, n, bits, have = {}, 0, 0, 0
  for i = 1, #body do
    bits, have = (bits << 6 | values[byte(body, i)]) & 0xffffff, have + 6
    if have >= 8 then
      have = have - 8
      n = n + 1
      made[n] = char(bits >> have & 255)
    end
  end
  return T.new_bytes(concat(made))
end
T.define_module("base64", function()
  local functions = {}
  for _, variant in next, { { "", STANDARD, true }, { "raw_", STANDARD, false }, { "url_", URL, true }, { "raw_url_", URL, false } } do
    local prefix, alphabet, padded = variant[1], variant[2], variant[3]
    local encode, decode = prefix .. "encode", prefix .. "decode"
    functions[encode] = { 1, 1, function(v) return encode64(text_or_bytes(encode, v), alphabet, padded) end }
    functions[decode] = { 1, 1, function(v) return decode64(text(decode, v), alphabet, padded) end }
  end
  return T.module_functions({}, functions)
end)

-- --- hex

T.define_module("hex", function()
  return T.module_functions({}, {
    encode = { 1, 1, function(v)
      return (gsub(text_or_bytes("encode", v), ".", function(c) return format("%02x", byte(c)) end))
    end },
    decode = { 1, 1, function(v)
      local s = text("decode", v)
      local bad = match(s, "[^%x]")
      if bad then return failure("encoding/hex: invalid byte: " .. format("U+%04X '%s'", byte(bad), bad)) end
      if #s % 2 == 1 then return failure("encoding/hex: odd length hex string") end
      return T.new_bytes((gsub(s, "%x%x", function(digits) return char(tonumber(digits, 16)) end)))
    end },
  })
end)

-- --- JSON

local MAX_DEPTH = 1000
local SHORT = { ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ['"'] = '\\"' }
local function quote_json(s)
  if find(s, "[\x80-\xff]") then
    local codes, n = T.decode(s)
    local made = {}
    for i = 0, n - 1 do made[i + 1] = T.utf8_of(codes[i]) end
    s = concat(made)
    s = gsub(gsub(s, "\xe2\x80\xa8", "\\u2028"), "\xe2\x80\xa9", "\\u2029")
    if find(s, "\\u202[89]") then
      return '"' .. gsub(s, '[%z\1-\31"]', function(c) return SHORT[c] or format("\\u%04x", byte(c)) end) .. '"'
    end
  end
  return '"' .. gsub(s, '[%z\1-\31"\\]', function(c) return SHORT[c] or format("\\u%04x", byte(c)) end) .. '"'
end
local function json_float(v)
  if v ~= v or v == math.huge or v == -math.huge then return nil end
  local absolute = v < 0 and -v or v
  if absolute ~= 0 and (absolute < 1e-6 or absolute >= 1e21) then
    local text = T.exponent_form(absolute)
    text = gsub(text, "e([-+])0(%d)$", "e%1%2")
    return (v < 0 and "-" or "") .. text
  end
  return T.float_text(v)
end
local encode
local function encode_list(list, depth)
  local parts = {}
  for i = 0, count(list) - 1 do
    local part, problem = encode(list[i], depth)
    if not part then return nil, problem end
    parts[i + 1] = part
  end
  return "[" .. concat(parts, ",") .. "]"
end
local function encode_map(m, depth)
  local keys, n = T.sorted_keys(m)
  for i = 1, n do
    local part, problem = encode(m[keys[i]], depth)
    if not part then return nil, problem end
    keys[i] = quote_json(keys[i]) .. ":" .. part
  end
  return "{" .. concat(keys, ",") .. "}"
end
function encode(v, depth)
  depth = depth + 1
  if depth > MAX_DEPTH then return nil, "the value is nested too deeply, or contains itself" end
  local t = type(v)
  if t == "string" then return quote_json(v) end
  if t == "number" then
    if math_type(v) == "integer" then return format("%d", v) end
    local made = json_float(v)
    if not made then return nil, "unsupported value: " .. T.float_text(v) end
    return made
  end
  if t == "boolean" then return v and "true" or "false" end
  if rawequal(v, U) then return "null" end
  local list = list_of(v)
  if list then return encode_list(list, depth) end
  local m = map_of(v)
  if m then return encode_map(m, depth) end
  if T.is_char(v) then return format("%d", rawget(v, T.keys.CODE)) end
  local bytes = T.bytes_of(v)
  if bytes then return '"' .. encode64(bytes, STANDARD, true) .. '"' end
  if T.is_time(v) then return quote_json(T.time_rfc3339(v)) end
  local s = T.text_value(v)
  if s then return quote_json(s) end
  if kind(v) == "error" then return "{}" end
  return nil, "unsupported type: " .. kind(v)
end

-- Decoding: a cursor over the text; a problem is raised with the marker and caught by decode.
local PROBLEM = {}
local function problem(message)
  PROBLEM.message = message
  error(PROBLEM, 0)
end
local function unexpected(s, at, where)
  if at > #s then problem("unexpected end of JSON input") end
  problem("invalid character " .. "'" .. sub(s, at, at) .. "' " .. where)
end
local UNESCAPED = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ["\\"] = "\\", ['"'] = '"', ["/"] = "/" }
local function decode_string(s, at)
  local made, from = {}, at + 1
  while true do
    local stop = find(s, '["\\%c]', from)
    if not stop then problem("unexpected end of JSON input") end
    made[#made + 1] = sub(s, from, stop - 1)
    local c = sub(s, stop, stop)
    if c == '"' then
      local raw = concat(made)
      if find(raw, "[\x80-\xff]") then
        local codes, n = T.decode(raw)
        for i = 0, n - 1 do codes[i] = T.utf8_of(codes[i]) end
        raw = concat(codes, "", 0, n - 1)
        T.decode("")
      end
      return raw, stop + 1
    end
    if c ~= "\\" then
      if byte(c) == 127 then
        made[#made + 1] = c
        from = stop + 1
      else unexpected(s, stop, "in string literal") end
    else
      local e = sub(s, stop + 1, stop + 1)
      if UNESCAPED[e] then
        made[#made + 1] = UNESCAPED[e]
        from = stop + 2
      elseif e == "u" then
        local digits = match(s, "^%x%x%x%x", stop + 2)
        if not digits then unexpected(s, stop + 2, "in \\u hexadecimal character escape") end
        local code = tonumber(digits, 16)
        from = stop + 6
        if code >= 0xd800 and code < 0xdc00 then
          local low = match(s, "^\\u(%x%x%x%x)", from)
          local second = low and tonumber(low, 16)
          if second and second >= 0xdc00 and second < 0xe000 then
            code = 0x10000 + (code - 0xd800 << 10) + second - 0xdc00
            from = from + 6
          end
        end
        made[#made + 1] = T.utf8_of(code)
      else unexpected(s, stop + 1, "in string escape code") end
    end
  end
end
local function skip(s, at) return match(s, "^[ \t\r\n]*()", at) end
local decode
local LITERALS = { ["true"] = true, ["false"] = false, null = U }
local function decode_number(s, at)
  local digits = match(s, "^-?[1-9]%d*", at) or match(s, "^-?0", at)
  if not digits then unexpected(s, match(s, "^-?()", at), "in numeric literal") end
  local stop = at + #digits
  local fraction = match(s, "^%.%d+", stop)
  if not fraction and sub(s, stop, stop) == "." then unexpected(s, stop + 1, "after decimal point in numeric literal") end
  stop = stop + (fraction and #fraction or 0)
  local exponent = match(s, "^[eE][-+]?%d+", stop)
  if not exponent and find(s, "^[eE]", stop) then unexpected(s, stop + 1, "in exponent of numeric literal") end
  stop = stop + (exponent and #exponent or 0)
  local v = tonumber(sub(s, at, stop - 1))
  return v, stop
end
function decode(s, at, depth)
  if depth > MAX_DEPTH then problem("exceeded max depth") end
  at = skip(s, at)
  local c = sub(s, at, at)
  if c == '"' then return decode_string(s, at) end
  if c == "{" then
    local made = {}
    at = skip(s, at + 1)
    if sub(s, at, at) == "}" then return map(made), at + 1 end
    while true do
      if sub(s, at, at) ~= '"' then unexpected(s, at, "looking for beginning of object key string") end
      local key
      key, at = decode_string(s, at)
      at = skip(s, at)
      if sub(s, at, at) ~= ":" then unexpected(s, at, "after object key") end
      made[key], at = decode(s, at + 1, depth + 1)
      at = skip(s, at)
      local after = sub(s, at, at)
      if after == "}" then return map(made), at + 1 end
      if after ~= "," then unexpected(s, at, "after object key:value pair") end
      at = skip(s, at + 1)
    end
  end
  if c == "[" then
    local made, n = {}, 0
    at = skip(s, at + 1)
    if sub(s, at, at) == "]" then return array(made), at + 1 end
    while true do
      made[n], at = decode(s, at, depth + 1)
      n = n + 1
      at = skip(s, at)
      local after = sub(s, at, at)
      if after == "]" then return array(made), at + 1 end
      if after ~= "," then unexpected(s, at, "after array element") end
      at = at + 1
    end
  end
  if find(c, "^[-%d]") then return decode_number(s, at) end
  local word = match(s, "^%a+", at)
  if word and LITERALS[word] ~= nil then return LITERALS[word], at + #word end
  unexpected(s, at, "looking for beginning of value")
end

local pcall, error = P.pcall, error
local function decode_all(s)
  local ok, v = pcall(function()
    local value, at = decode(s, 1, 0)
    at = skip(s, at)
    if at <= #s then unexpected(s, at, "after top-level value") end
    return value
  end)
  if ok then return v end
  if v ~= PROBLEM then error(v, 0) end
  return failure(PROBLEM.message)
end

local function html_escape(s)
  return (gsub(gsub(gsub(gsub(gsub(s, "&", "\\u0026"), "<", "\\u003c"), ">", "\\u003e"), "\xe2\x80\xa8", "\\u2028"), "\xe2\x80\xa9", "\\u2029"))
end
-- Layout alone: strings are passed over, all other blanks are ours.
local function indent(s, prefix, step)
  local made, depth, at = {}, 0, 1
  local function line() made[#made + 1] = "\n" .. prefix .. rep(step, depth) end
  while at <= #s do
    local c = sub(s, at, at)
    if c == '"' then
      local stop = at + 1
      while sub(s, stop, stop) ~= '"' do stop = stop + (sub(s, stop, stop) == "\\" and 2 or 1) end
      made[#made + 1] = sub(s, at, stop)
      at = stop
    elseif c == "{" or c == "[" then
      local close = match(s, "^[ \t\r\n]*([%]}])()", at + 1)
      if close then
        made[#made + 1] = c .. close
        at = match(s, "^[ \t\r\n]*[%]}]()", at + 1) - 1
      else
        made[#made + 1] = c
        depth = depth + 1
        line()
      end
    elseif c == "}" or c == "]" then
      depth = depth - 1
      line()
      made[#made + 1] = c
    elseif c == "," then
      made[#made + 1] = c
      line()
    elseif c == ":" then made[#made + 1] = ": "
    elseif not find(c, "[ \t\r\n]") then made[#made + 1] = c end
    at = at + 1
  end
  return concat(made)
end

T.define_module("json", function()
  return T.module_functions({}, {
    encode = { 1, 1, function(v)
      local made, message = encode(v, 0)
      if not made then return failure(message) end
      return T.new_bytes(made)
    end },
    decode = { 1, 1, function(v) return decode_all(text_or_bytes("decode", v)) end },
    html_escape = { 1, 1, function(v) return T.new_bytes(html_escape(text_or_bytes("html_escape", v))) end },
    indent = { 3, 3, function(v, prefix, step)
      local s = text_or_bytes("indent", v)
      local checked = decode_all(s)
      if kind(checked) == "error" then return checked end
      return T.new_bytes(indent(s, T.text_of(prefix), T.text_of(step)))
    end },
  })
end)
`;
