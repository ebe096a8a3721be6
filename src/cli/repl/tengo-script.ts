/**
 * A session's loop in Tengo. Only the language's runtime, which is Lua, can evaluate an input: `P` and `N` are those of the
 * prelude, and the names of the session live in `T.session`.
 */
const LOOP =
  String.raw`
local P, N = ...
local T = P.tengo
local host, G, scope = repl, _G, T.session
repl = nil
T.host.repl = T.U
local type, pcall, xpcall, tostring, next, pairs, rawget, rawequal = type, P.pcall, P.xpcall, tostring, next, pairs, rawget, rawequal
local concat, sort, find, sub, gsub, format = P.concat, table.sort, string.find, string.sub, string.gsub, string.format
local gmatch, len, math_type = string.gmatch, utf8.len, math.type
local U, kind, quote, list_of, map_of, count = T.U, T.kind, T.quote, T.list_of, T.map_of, T.count

local MOST_ITEMS, MOST_DEPTH, MOST_TEXT, MOST_SHOWN = 100, 5, 2000, 50000

local function is_name(key)
  return type(key) == "string" and find(key, "^[%a_][%w_]*$") ~= nil
end

local function quoted(text)
  if #text <= MOST_TEXT then return quote(text) end
  local cut = gsub(sub(text, 1, MOST_TEXT), "[\xC2-\xF4][\x80-\xBF]*$", "")
  return quote(cut) .. "… (" .. #text .. " bytes)"
end

-- A text of several lines reads best as it is.
local function long_text(text)
  if #text > MOST_SHOWN or not find(text, "\n", 1, true) or not len(text) or find(text, "[` +
  "`" +
  String.raw`\0-\8\11-\31\127]") then return nil end
  return "` +
  "`" +
  String.raw`" .. text .. "` +
  "`" +
  String.raw`"
end

local function show_char(code)
  if code < 0 or code > 0x10ffff or (code >= 0xd800 and code < 0xe000) then return "char(" .. code .. ")" end
  if code == 34 then return "'\"'" elseif code == 39 then return "'\\''" end
  return "'" .. sub(quote(T.utf8_of(code)), 2, -2) .. "'"
end

local function show_float(value)
  local size = value < 0 and -value or value
  if size >= 1e21 and size < 1 / 0 or size > 0 and size < 1e-6 then
    local digits, exponent = T.shortest(size)
    local rest = #digits > 1 and "." .. sub(digits, 2) or ""
    return (value < 0 and "-" or "") .. sub(digits, 1, 1) .. rest .. "e" .. format("%+03d", exponent)
  end
  local text = T.float_text(value)
  return find(text, "^-?%d+$") and text .. ".0" or text
end

local show

local function enclose(open, parts, left, close, indent, width)
  if left > 0 then parts[#parts + 1] = "/* " .. left .. " more */" end
  local line = open .. concat(parts, ", ") .. close
  if #line + #indent <= width and left == 0 and not find(line, "\n", 1, true) then return line end
  return open .. "\n" .. indent .. "  " .. concat(parts, ",\n" .. indent .. "  ") .. "\n" .. indent .. close
end

local function show_list(list, indent, depth, seen, width)
  local parts, size = {}, count(list)
  for i = 0, size - 1 do
    if i >= MOST_ITEMS then break end
    parts[i + 1] = show(list[i], indent .. "  ", depth - 1, seen, width)
  end
  return enclose("[", parts, size - #parts, "]", indent, width)
end

local function show_map(map, indent, depth, seen, width)
  local keys, size = T.sorted_keys(map)
  local parts = {}
  for i = 1, size do
    if i > MOST_ITEMS then break end
    local name = is_name(keys[i]) and keys[i] or quote(keys[i])
    parts[i] = name .. ": " .. show(map[keys[i]], indent .. "  ", depth - 1, seen, width)
  end
  return enclose("{", parts, size - #parts, "}", indent, width)
end

function show(value, indent, depth, seen, width)
  local t = type(value)
  if t == "string" then return quoted(value) end
  if t == "number" then return math_type(value) == "integer" and format("%d", value) or show_float(value) end
  if t == "boolean" then return tostring(value) end
  if rawequal(value, U) then return "undefined" end
  local text = T.text_value(value)
  if text then return quoted(text) end
  if T.is_char(value) then return show_char(rawget(value, T.keys.CODE)) end
  local bytes = T.bytes_of(value)
  if bytes then return "bytes(" .. quoted(bytes) .. ")" end
  if T.is_time(value) then return "<time " .. T.time_text(value) .. ">" end
  local name = kind(value)
  if name == "error" then
    if depth <= 0 then return "error(/* … */)" end
    return "error(" .. show(rawget(value, "value"), indent, depth - 1, seen, width) .. ")"
  end
  local list = list_of(value)
  local inner = list or map_of(value)
  if not inner then return "<" .. name .. ">" end
  local shown
  if seen[inner] then shown = list and "[/* cycle */]" or "{/* cycle */}"
  elseif next(inner) == nil then shown = list and "[]" or "{}"
  elseif depth <= 0 then shown = list and "[/* … */]" or "{/* … */}"
  else
    seen[inner] = true
    shown = (list and show_list or show_map)(inner, indent, depth, seen, width)
    seen[inner] = nil
  end
  return find(name, "^immutable") and "immutable(" .. shown .. ")" or shown
end

local function show_top(value, width)
  local whole = type(value) == "string" and value or T.text_value(value)
  local text = whole and long_text(whole) or show(value, "", MOST_DEPTH, {}, width)
  if #text <= MOST_SHOWN then return text end
  text = gsub(sub(text, 1, MOST_SHOWN), "[\xC2-\xF4][\x80-\xBF]*$", "")
  return text .. "…"
end

local function session_names()
  local names = {}
  for name in next, scope do names[#names + 1] = name end
  return names
end

local function on_error(e) return { failure = N.failure(e) } end

local function run(request)
  local names = concat(session_names(), " ")
  local ok, value = xpcall(function()
    local f = N.compile_input(request.file, request.code, names)
    return f()
  end, on_error)
  if ok then return value == nil and U or value end
  -- What could not be handled (no memory, too deep) is no table of ours.
  local trace = type(value) == "table" and rawget(value, "failure") or N.failure(value)
  return nil, { error = "failed", trace = trace }
end

local tasks = {}

function tasks.evaluate(request)
  local value, failed = run(request)
  if failed then return failed end
  if rawequal(value, U) then return {} end
  scope._ = value
  return { text = show_top(value, request.width) }
end

function tasks.describe(request)
  local value, failed = run(request)
  if failed then return failed end
  local text = kind(value)
  local function counted(size, one, many) text = text .. ", " .. size .. " " .. (size == 1 and one or many) end
  local whole, list, map = type(value) == "string" and value or T.text_value(value), list_of(value), map_of(value)
  local bytes = whole or T.bytes_of(value)
  if bytes then counted(#bytes, "byte", "bytes")
  elseif list then counted(count(list), "element", "elements")
  elseif map then
    local _, size = T.sorted_keys(map)
    counted(size, "entry", "entries")
  end
  return { text = text }
end

local function global_names()
  local names = session_names()
  for name in gmatch(N.host_names() .. " fmt async promise", "%S+") do
    if name ~= "repl" then names[#names + 1] = name end
  end
  for name in next, T.builtins do names[#names + 1] = name end
  return names
end

local function keys_of(map)
  local names = {}
  for key in next, map do
    if is_name(key) and #names < 2000 then names[#names + 1] = key end
  end
  return { names = names }
end

local function member(value, key) return value[key] end

function tasks.names(request)
  local path = request.path
  if #path == 0 then return { names = global_names() } end
  if path[1] == "import" then return keys_of(T.library) end
  local value = scope
  for i = 1, #path do
    local ok, found = pcall(member, value, path[i])
    if not ok or found == nil or rawequal(found, U) then return { names = {} } end
    value = found
  end
  if type(value) ~= "table" then return { names = {} } end
  local map = map_of(value)
  if map then return keys_of(map) end
  if kind(value) == "error" then return { names = { "value" } } end
  if list_of(value) then return { names = {} } end
  if kind(value) == "task" then return { names = { "await", "and_then", "catch", "finally", "status" } } end
  local raw = T.to_host(value, 0)
  if type(raw) ~= "userdata" then return { names = {} } end
  if not T.text_value(value) then return { names = {}, handle = kind(value) } end
  local names = {}
  for key in pairs(raw) do names[#names + 1] = key end
  return { names = names }
end

local answer
while true do
  local ok, request = pcall(host.next, answer)
  if not ok then
    -- An answer that cannot cross.
    ok, request = pcall(host.next, { error = tostring(request) })
    if not ok then return end
  end
  if request == nil then return end
  local done, result = pcall(tasks[request.task], request)
  answer = done and result or { error = tostring(result) }
end
`;

export const TENGO_SCRIPT = `repl.open(${JSON.stringify(LOOP)})`;
