/**
 * The way out: values as Lua's own prelude and the host's reader know them, and back. A call that fails answers an error
 * value; a function of the script that answers one fails to whom called it, and so does the script. Functions of the
 * script are called with as many arguments as they take.
 */
export const HOST = String.raw`
local P, N = ...
local T = P.tengo
local type, rawget, rawset, rawequal, select, setmetatable = type, rawget, rawset, rawequal, select, setmetatable
local raw_metatable, math_type, next, pcall, error = P.raw_metatable, math.type, next, P.pcall, error
local getinfo, unpack, tostring = P.getinfo, table.unpack, P.tostring
local find, match = string.find, string.match
local fail, kind, U, CHARS, array, map = T.fail, T.kind, T.U, T.CHARS, T.array, T.map
local list_of, map_of, count = T.list_of, T.map_of, T.count
local keys = T.keys
local CODE, SECONDS, NANOS, TEXT, INNER, TRACE = keys.CODE, keys.SECONDS, keys.NANOS, keys.TEXT, keys.INNER, keys.TRACE
local RAW = {}
local globals = _G
local MAX_DEPTH = 1000

local from_host, to_host
-- Functions: of the host by their wrapper and the reverse, of the script by what the host calls.
local wrappers = setmetatable({}, { __mode = "k" })
local originals = setmetatable({}, { __mode = "k" })
local adapters = setmetatable({}, { __mode = "k" })
local objects = setmetatable({}, { __mode = "k" })

-- --- inward

-- What Lua itself raises is text, with a position before it.
local function failure_of_text(e)
  local message = match(e, "^[^\n]-:%-?%d+: (.*)$") or e
  local code = "script.error"
  if message == "not enough memory" then code = "limit.memory"
  elseif find(message, "^C? ?stack overflow") then code, message = "limit.recursion", "stack overflow" end
  return T.new_error(map { code = code, message = message, retryable = false })
end

local function new_failure(e)
  if type(e) == "string" then return failure_of_text(e) end
  if type(e) ~= "table" or raw_metatable(e) ~= P.Error then return nil end
  local fields = { code = e.code, message = e.message, retryable = e.retryable, details = e.details, hint = e.hint }
  return T.new_error(from_host(fields, 0), N.frames(e))
end

local function answer(ok, v)
  if ok then return from_host(v, 0) end
  local failure = new_failure(v)
  if not failure then error(v, 0) end
  return failure
end

-- An error value that leaves the script, as the failure that it is.
local function raise_failure(v)
  local e = to_host(v, 0)
  N.rethrow(e, rawget(v, TRACE))
  error(e, 0)
end

local function arguments(n, ...)
  if n == 0 then return end
  local list = { ... }
  for i = 1, n do list[i] = to_host(list[i], 0) end
  return unpack(list, 1, n)
end

local function call(raw, n, ...) return raw(arguments(n, ...)) end

local function wrap(raw)
  local known = wrappers[raw]
  if known then return known end
  local original = originals[raw]
  if original then return original end
  local function wrapper(...)
    return answer(pcall(call, raw, select("#", ...), ...))
  end
  wrappers[raw], adapters[wrapper] = wrapper, raw
  T.builtin_names[wrapper] = "user-function:host"
  return wrapper
end

-- Text with fields besides: a string to everything but ==.
local String = raw_metatable("")
local Text = T.type_of_value {
  kind = "string",
  __index = function(t, k)
    if type(k) == "string" then return from_host(rawget(t, RAW)[k], 0) end
    return String.__index(rawget(t, TEXT), k)
  end,
  __add = function(a, b)
    local text = T.text_value(a)
    if not text then return T.REFUSALS.__add(a, b) end
    return text .. T.text_of(b)
  end,
  __eq = function(a, b) return T.text_value(a) == T.text_value(b) end,
}
-- Of two operands the first one's operation is called, which may be a string's.
for event, operation in next, { __lt = function(a, b) return a < b end, __le = function(a, b) return a <= b end } do
  Text[event] = function(a, b)
    local x, y = T.host_text(a), T.host_text(b)
    if not x or not y then return T.REFUSALS[event](a, b) end
    return operation(x, y)
  end
  String[event] = Text[event]
end

-- What lives in the host, and tasks: their fields and methods.
local Object = T.type_of_value {
  __index = function(o, k)
    if type(k) ~= "string" then fail("invalid index type: " .. kind(k)) end
    local raw = rawget(o, RAW)
    local member = raw[k]
    if type(member) ~= "function" then return from_host(member, 0) end
    -- The object goes in front here, so that it can be an argument of its own method too.
    return wrap(function(...) return member(raw, ...) end)
  end,
  __eq = function(a, b) return rawget(a, RAW) == rawget(b, RAW) end,
}
local function object(raw, name)
  local known = objects[raw]
  if known then return known end
  local mt = {}
  for k, v in next, Object do mt[k] = v end
  mt.kind = name
  if (raw_metatable(raw) or {}).__call then mt.__call = function(_, ...) return wrap(raw)(...) end end
  known = setmetatable({ [RAW] = raw }, mt)
  objects[raw] = known
  return known
end

local function from_table(v, depth)
  local n = #v
  local made, is_list = {}, n > 0
  if is_list then
    local seen = 0
    for _ in next, v do seen = seen + 1 end
    is_list = seen == n
  end
  if is_list then
    for i = 1, n do made[i - 1] = from_host(v[i], depth + 1) end
    return array(made)
  end
  for k, item in next, v do made[type(k) == "string" and k or tostring(k)] = from_host(item, depth + 1) end
  return map(made)
end

function from_host(v, depth)
  local t = type(v)
  if t == "nil" then return U end
  if t == "table" then
    if depth > MAX_DEPTH then fail("the value is nested too deeply") end
    local mt = raw_metatable(v)
    if mt == nil then return from_table(v, depth) end
    if mt == P.Error then return new_failure(v) end
    if mt == P.Array then return array {} end
    if mt == P.Future then return object(v, "task") end
    if mt.kind then return v end
    return from_table(v, depth)
  end
  if t == "function" then return wrap(v) end
  if t == "userdata" then
    local mt = raw_metatable(v)
    if mt == P.Null then return U end
    if mt == P.Time then
      local ms = N.milliseconds(v)
      local whole = math.floor(ms)
      return T.new_time(whole // 1000, math.floor((ms - whole // 1000 * 1000) * 1000000))
    end
    if mt == P.Text then return setmetatable({ [TEXT] = tostring(v), [RAW] = v }, Text) end
    return object(v, mt and mt.__name or "object")
  end
  return v
end

-- --- outward

local function adapt(f)
  local known = adapters[f]
  if known then return known end
  local info = getinfo(f, "u")
  -- The last parameter of a compiled function only tells that there were too many.
  local wanted = info.isvararg and info.nparams or info.nparams - 1
  known = function(...)
    local given = select("#", ...)
    local n = info.isvararg and given > wanted and given or wanted
    local list = { ... }
    for i = 1, given do list[i] = from_host(list[i], 0) end
    for i = given + 1, n do list[i] = U end
    local v = f(unpack(list, 1, n))
    if raw_metatable(v) == T.Failure then return raise_failure(v) end
    return to_host(v, 0)
  end
  adapters[f], originals[known] = known, f
  return known
end

local function failure_to_host(v)
  local value = rawget(v, "value")
  local fields = map_of(value)
  local code = fields and T.host_text(rawget(fields, "code"))
  local message = fields and T.host_text(rawget(fields, "message")) or rawequal(value, U) and "error" or T.text_of(value)
  local e = { code = code or "script.error", message = message, retryable = fields and rawget(fields, "retryable") == true or false }
  local details, hint = fields and rawget(fields, "details"), fields and rawget(fields, "hint")
  if details ~= nil and not rawequal(details, U) then e.details = to_host(details, 0) end
  if type(hint) == "string" then e.hint = hint end
  return setmetatable(e, P.Error)
end
function T.host_text(v)
  return type(v) == "string" and v or v ~= nil and T.text_value(v) or nil
end

function to_host(v, depth)
  local t = type(v)
  if t == "function" then return adapt(v) end
  if t ~= "table" then return v end
  if depth > MAX_DEPTH then P.raise("value.cycle", "the value is nested too deeply, or contains itself") end
  if rawequal(v, U) then
    if depth > 0 then return P.null end
    return nil
  end
  local raw = rawget(v, RAW)
  if raw ~= nil then return raw end
  local list = list_of(v)
  if list then
    local made, n = {}, count(list)
    for i = 0, n - 1 do made[i + 1] = to_host(list[i], depth + 1) end
    if n == 0 then setmetatable(made, P.Array) end
    return made
  end
  local m = map_of(v)
  if m then
    local made = {}
    for k, item in next, m do made[k] = to_host(item, depth + 1) end
    return made
  end
  if T.is_char(v) then return rawget(v, CODE) end
  local bytes = T.bytes_of(v)
  if bytes then return bytes end
  if T.is_time(v) then return N.make_time(rawget(v, SECONDS) * 1000 + rawget(v, NANOS) / 1000000) end
  if raw_metatable(v) == T.Failure then return failure_to_host(v) end
  return v
end
T.to_host, T.from_host = to_host, from_host
-- What the script as a whole answers; an error is how it fails.
function T.result(v)
  if raw_metatable(v) == T.Failure then return raise_failure(v) end
  return to_host(v, 0)
end

-- What a script exports leaves as a result does where a method of the host gets it.
function P.with_include(method)
  local function include(path) return T.result(P.include(path)) end
  return function(...) return method(include, ...) end
end

-- Handles that are iterated: streams.
function T.host_items(v)
  local raw = type(v) == "table" and rawget(v, RAW)
  local mt = raw and raw_metatable(raw)
  if not mt or not mt.__call then return nil end
  local next_item, i = wrap(raw), -1
  return function()
    local item = next_item()
    if rawequal(item, U) then return nil end
    i = i + 1
    return i, item
  end
end

-- --- names of the host

-- A bridge: its functions are wrapped when first used.
local function namespace(raw, builtin)
  local inner = {}
  return setmetatable({ [INNER] = inner }, T.type_of_value {
    kind = "immutable-map",
    -- A bridge named like a builtin is both.
    __call = builtin and function(_, ...) return builtin(...) end,
    load = function()
      for k, v in next, raw do
        if inner[k] == nil then inner[k] = from_host(v, 0) end
      end
    end,
    __index = function(_, k)
      local known = rawget(inner, k)
      if known ~= nil then return known end
      local v = raw[k]
      if v == nil then return U end
      v = from_host(v, 0)
      inner[k] = v
      return v
    end,
  })
end
local function is_bridge(v)
  if type(v) ~= "table" or raw_metatable(v) == P.Error then return false end
  for _, item in next, v do
    if type(item) == "function" then return true end
  end
  return false
end
T.host = setmetatable({}, { __index = function(host, name)
  local v = globals[name]
  if name == "fmt" then return T.import("fmt") end
  if name == "print" then return T.print end
  if is_bridge(v) then v = namespace(v, T.builtins[name]) else v = from_host(v, 0) end
  rawset(host, name, v)
  return v
end })
`;
