/** A session's loop in Lua. What it uses it keeps in locals, as inputs may change any global. */
export const LUA_SCRIPT = String.raw`
local host = repl
repl = nil
local type, tostring, pairs, next, load, xpcall, pcall = type, tostring, pairs, next, load, xpcall, pcall
local rawget, rawlen, getmetatable, math_type = rawget, rawlen, getmetatable, math.type
local concat, sort, pack = table.concat, table.sort, table.pack
local find, format, gsub, sub = string.find, string.format, string.gsub, string.sub
local len, traceback, string_library, io_library, rawequal, G = utf8.len, debug.traceback, string, io, rawequal, _G

local MOST_ITEMS, MOST_DEPTH, MOST_TEXT, MOST_SHOWN = 100, 5, 2000, 50000
local RESERVED = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch("%a+") do
  RESERVED[word] = true
end

local function is_name(key)
  return type(key) == "string" and find(key, "^[%a_][%w_]*$") ~= nil and not RESERVED[key]
end

local function metatable_name(value)
  local meta = getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__name") or nil, meta
end

local ESCAPES = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ['"'] = '\\"', ["\\"] = "\\\\" }
local function quoted(text, most)
  local more = ""
  if #text > most then
    more = "… (" .. #text .. " bytes)"
    text = sub(text, 1, most)
    if not len(text) then text = gsub(text, "[\xC2-\xF4][\x80-\xBF]*$", "") end
  end
  text = gsub(text, '[%c"\\]', function(c) return ESCAPES[c] or format("\\%03d", c:byte()) end)
  if not len(text) then text = gsub(text, "[\x80-\xFF]", function(c) return format("\\x%02X", c:byte()) end) end
  return '"' .. text .. '"' .. more
end

-- A text of several lines reads best as it is.
local function long_text(text)
  if #text > MOST_SHOWN or not find(text, "\n", 1, true) or not len(text) or find(text, "[\0-\8\11-\31\127]") then return nil end
  local level = ""
  while find(text, "]" .. level .. "]", 1, true) do level = level .. "=" end
  return "[" .. level .. "[\n" .. text .. "]" .. level .. "]"
end

local show

local function key_order(a, b)
  local x, y = type(a), type(b)
  if x ~= y then return x == "number" or (y ~= "number" and x < y) end
  if x == "number" or x == "string" then return a < b end
  return tostring(a) < tostring(b)
end

local function enclose(parts, left, indent, width)
  if left > 0 then parts[#parts + 1] = "--[[ " .. left .. " more ]]" end
  local line = "{" .. concat(parts, ", ") .. "}"
  if #line + #indent <= width and left == 0 and not find(line, "\n", 1, true) then return line end
  return "{\n" .. indent .. "  " .. concat(parts, ",\n" .. indent .. "  ") .. "\n" .. indent .. "}"
end

local function show_table(value, indent, depth, seen, width)
  if seen[value] then return "{ --[[ cycle ]] }" end
  if next(value) == nil then return "{}" end
  if depth <= 0 then return "{ --[[ … ]] }" end
  seen[value] = true
  local parts, shown, left = {}, 0, 0
  local length = rawlen(value)
  for i = 1, length do
    if shown >= MOST_ITEMS then left = left + length - i + 1 break end
    shown = shown + 1
    parts[shown] = show(rawget(value, i), indent .. "  ", depth - 1, seen, width)
  end
  local keys, count = {}, 0
  for key in next, value do
    if not (math_type(key) == "integer" and key >= 1 and key <= length) then
      count = count + 1
      if count <= 10000 then keys[count] = key end
    end
  end
  sort(keys, key_order)
  for i = 1, #keys do
    if shown >= MOST_ITEMS then left = left + count - i + 1 break end
    local key = keys[i]
    local name = is_name(key) and key or "[" .. show(key, indent .. "  ", 0, seen, width) .. "]"
    shown = shown + 1
    parts[shown] = name .. " = " .. show(rawget(value, key), indent .. "  ", depth - 1, seen, width)
  end
  seen[value] = nil
  return enclose(parts, left, indent, width)
end

function show(value, indent, depth, seen, width)
  local kind = type(value)
  if kind == "string" then return quoted(value, MOST_TEXT) end
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
  if kind == "function" or kind == "thread" then return "<" .. kind .. ">" end
  local name, meta = metatable_name(value)
  if name == "text" then return quoted(tostring(value), MOST_TEXT) end
  if kind == "userdata" then return "<" .. tostring(value) .. ">" end
  if meta == false then return "<" .. tostring(value) .. ">" end
  if type(meta) == "table" and rawget(meta, "__tostring") ~= nil and name ~= "error" then
    return "<" .. tostring(value) .. ">"
  end
  return show_table(value, indent, depth, seen, width)
end

local function show_top(value, width)
  local text
  if type(value) == "string" then text = long_text(value)
  elseif metatable_name(value) == "text" then text = long_text(tostring(value)) end
  text = text or show(value, "", MOST_DEPTH, {}, width)
  if #text <= MOST_SHOWN then return text end
  text = sub(text, 1, MOST_SHOWN)
  if not len(text) then text = gsub(text, "[\xC2-\xF4][\x80-\xBF]*$", "") end
  return text .. "…"
end

local function compile(code, file)
  local f = load("return " .. code, "@" .. file)
  if f then return f end
  return load(code, "@" .. file)
end

local function on_error(e)
  return { value = e, trace = traceback("", 2) }
end

local function failure(raised)
  local e, trace = raised, nil
  -- What could not be handled (no memory, too deep) is no table of ours.
  if type(raised) == "table" and raised.trace then e, trace = raised.value, raised.trace end
  local name = metatable_name(e)
  if type(e) == "string" or name == "error" then return { error = e, trace = trace } end
  if type(e) == "table" and type(rawget(e, "message")) == "string" then
    local code, hint = rawget(e, "code"), rawget(e, "hint")
    return {
      error = {
        message = e.message,
        code = type(code) == "string" and code or nil,
        hint = type(hint) == "string" and hint or nil,
      },
      trace = trace,
    }
  end
  local ok, text = pcall(show_top, e, 80)
  return { thrown = ok and text or type(e), trace = trace }
end

local function run(request)
  local f, message = compile(request.code, request.file)
  if not f then return nil, { error = message } end
  local results = pack(xpcall(f, on_error))
  if not results[1] then return nil, failure(results[2]) end
  local n = results.n - 1
  for i = 1, n do results[i] = results[i + 1] end
  results.n = n
  return results
end

local tasks = {}

function tasks.evaluate(request)
  local results, failed = run(request)
  if not results then return failed end
  local n = results.n
  -- io.write answers io.
  if n == 0 or (n == 1 and (results[1] == nil or rawequal(results[1], io_library))) then return {} end
  if results[1] ~= nil then G._ = results[1] end
  local shown = {}
  for i = 1, n do shown[i] = show_top(results[i], request.width) end
  return { text = concat(shown, n > 1 and "\t" or "") }
end

function tasks.check(request)
  if load("return " .. request.code) then return { incomplete = false } end
  local _, message = load(request.code)
  return { incomplete = message ~= nil and find(message, "<eof>'?$") ~= nil }
end

local function collect(value, names, known)
  while type(value) == "table" do
    local count = 0
    for key in next, value do
      if is_name(key) and not known[key] then
        known[key] = true
        names[#names + 1] = key
        count = count + 1
        if count >= 2000 then break end
      end
    end
    local meta = getmetatable(value)
    local parent = type(meta) == "table" and rawget(meta, "__index") or nil
    if parent == value then break end
    value = parent
  end
end

-- Reads a member without calling anything of the user's.
local function member(value, key)
  for _ = 1, 20 do
    if type(value) == "string" then return rawget(string_library, key) end
    if type(value) == "userdata" then
      local ok, found = pcall(function() return value[key] end)
      return ok and found or nil
    end
    if type(value) ~= "table" then return nil end
    local found = rawget(value, key)
    if found ~= nil then return found end
    local meta = getmetatable(value)
    value = type(meta) == "table" and rawget(meta, "__index") or nil
  end
end

function tasks.names(request)
  local value = G
  for i = 1, #request.path do
    value = member(value, request.path[i])
    if value == nil then return { names = {} } end
  end
  local names = {}
  local name, meta = metatable_name(value)
  if type(value) == "string" or name == "text" then collect(string_library, names, {}) end
  if name == "text" then
    for key in pairs(value) do names[#names + 1] = key end
  elseif type(value) == "table" and meta == false then
    names = { "await", "and_then", "catch", "finally", "status" }
  elseif type(value) == "userdata" then
    return { names = names, handle = name }
  else
    collect(value, names, {})
  end
  return { names = names }
end

function tasks.describe(request)
  local results, failed = run(request)
  if not results then return failed end
  local shown = {}
  for i = 1, results.n do
    local value = results[i]
    local kind = type(value)
    local name = metatable_name(value)
    if kind == "number" then kind = math_type(value)
    elseif name then kind = name
    elseif kind == "table" then
      local count = 0
      for _ in next, value do count = count + 1 end
      kind = "table, " .. count .. (count == 1 and " entry" or " entries")
    elseif kind == "string" then kind = "string, " .. #value .. (#value == 1 and " byte" or " bytes")
    end
    shown[i] = kind
  end
  if results.n == 0 then shown[1] = "no value" end
  return { text = concat(shown, "\t") }
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
