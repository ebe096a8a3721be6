/**
 * Prelude chunks receive `P`, a table shared among them and hidden from scripts, and `N`, the native functions. They
 * keep the original library functions in locals named as in the library, because Lua takes the names in its own
 * messages ("bad argument #1 to 'sub'") from there.
 */
export const BASE = String.raw`
local P, N = ...
local rawset, rawget = rawset, rawget
local type, select, error, getmetatable, setmetatable = type, select, error, getmetatable, setmetatable
local raw_metatable, xpcall, pcall, load = debug.getmetatable, xpcall, pcall, load
local concat = table.concat
local getuservalue = debug.getuservalue

P.raw_metatable, P.getuservalue, P.xpcall, P.pcall, P.ipairs = raw_metatable, getuservalue, xpcall, pcall, ipairs
P.concat, P.remove = concat, table.remove
P.set_type_metatable, P.getinfo = debug.setmetatable, debug.getinfo
P.tasks = setmetatable({}, { __mode = "k" })

-- What a host error looks like in a script.
local Error = { __name = "error" }
P.Error = Error
function Error.__tostring(e)
  local message = rawget(e, "message")
  return type(message) == "string" and message or "error"
end
-- Concatenation for objects that are text: both sides as text, or Lua's message at the script's line.
local function as_text(v)
  local kind = type(v)
  if kind == "string" or kind == "number" then return v end
  local mt = raw_metatable(v)
  if (kind == "table" or kind == "userdata") and mt and mt.__tostring ~= nil then return P.tostring(v) end
  error("attempt to concatenate a " .. kind .. " value", 4)
end
local function concat_text(a, b)
  local text = as_text(a) .. as_text(b)
  return text
end
P.concat_text = concat_text
function Error.__concat(a, b)
  local text = concat_text(a, b)
  return text
end

local function raise(code, message, more)
  local e = more or {}
  e.code, e.message = code, message
  if e.retryable == nil then e.retryable = false end
  error(setmetatable(e, Error), 0)
end
P.raise = raise

-- __tostring may wait, so it is called from Lua.
local tostring = tostring
local function show(...)
  local v = ...
  local kind = type(v)
  if kind == "table" or kind == "userdata" then
    local mt = raw_metatable(v)
    local method = mt and mt.__tostring
    if method ~= nil then
      local text = method(v)
      if type(text) ~= "string" then
        if type(text) == "number" then return tostring(text) end
        error("'__tostring' must return a string")
      end
      return text
    end
  end
  return tostring(...)
end
P.tostring = show
_G.tostring = show

-- Replaced by the bridge method console.write.
function P.write() raise("method.unavailable", "print needs the bridge method console.write, which is not part of this runtime") end

function _G.print(...)
  local n = select("#", ...)
  if n == 1 then return P.write(show((...)) .. "\n") end
  local parts = { ... }
  for i = 1, n do parts[i] = show(parts[i]) end
  P.write(concat(parts, "\t") .. "\n")
end

io = {}
function io.write(...)
  local parts, shift = { ... }, 0
  local n = select("#", ...)
  if (...) == io then shift = 1 end
  for i = 1 + shift, n do
    local v = parts[i]
    if type(v) == "userdata" then v = P.plain(v) end
    local kind = type(v)
    if kind ~= "string" and kind ~= "number" then
      error("bad argument #" .. i - shift .. " to 'write' (string expected, got " .. kind .. ")", 2)
    end
    parts[i] = tostring(v)
  end
  P.write(concat(parts, "", 1 + shift, n))
  return io
end

local c_date, c_time, difftime = os.date, os.time, os.difftime
os = {
  date = c_date,
  time = c_time,
  difftime = difftime,
  clock = function() return N.clock() end,
}

-- The handler runs where the error was raised; it cannot wait, and its own error becomes the result.
-- Lua's own limits, told as what they are in every language. There may be no memory for another error of memory.
local find = string.find
local OUT_OF_MEMORY = setmetatable({ code = "limit.memory", message = "not enough memory", retryable = false }, Error)
local function limit_error(e)
  if type(e) ~= "string" then return e end
  if e == "not enough memory" then return OUT_OF_MEMORY end
  if not find(e, "stack overflow", 1, true) then return e end
  return setmetatable({ code = "limit.recursion", message = e, retryable = false }, Error)
end

local function caught(ok, e, ...)
  if ok then return ok, e, ... end
  return ok, limit_error(e)
end
function _G.pcall(...)
  return caught(pcall(...))
end

function _G.xpcall(f, handler, ...)
  if type(handler) ~= "function" then return xpcall(f, handler, ...) end
  return xpcall(f, function(e)
    local _, result = pcall(handler, limit_error(e))
    return result
  end, ...)
end

function _G.load(chunk, name, mode, ...)
  if mode ~= nil and type(mode) == "string" and not mode:find("t", 1, true) then
    return nil, "attempt to load a text chunk (mode is '" .. mode .. "')"
  end
  if type(chunk) == "userdata" then chunk = P.plain(chunk) end
  return load(chunk, name, "t", ...)
end

local c_random, randomseed = math.random, math.randomseed
P.seed = randomseed
function math.randomseed(...)
  if select("#", ...) == 0 then return randomseed(c_random(0), c_random(0)) end
  return randomseed(...)
end
function math.pow(x, y) return x ^ y end

local traceback = N.traceback
debug = {
  traceback = function(a, b, c)
    if type(a) == "thread" then return traceback(a, b, c or 0) end
    if a ~= nil and type(a) ~= "string" and type(a) ~= "number" then return a end
    return traceback(nil, a, b or 1)
  end,
}

-- Globals that the host makes when they are first read.
function P.lazy(names)
  setmetatable(_G, {
    __index = function(globals, name)
      if names[name] then
        names[name] = nil
        local value = N.global(name)
        rawset(globals, name, value)
        return value
      end
    end,
  })
end

_G.dofile, _G.loadfile, string.dump = nil, nil, nil
`;
