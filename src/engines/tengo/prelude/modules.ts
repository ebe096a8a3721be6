/** `import`: modules of the standard library, and source modules by the host's resolver. */
export const MODULES = String.raw`
local P, N = ...
local T = P.tengo
local rawget, rawset, select, next, setmetatable, load, type = rawget, rawset, select, next, setmetatable, load, type
for name in next, P.loaded do P.loaded[name] = nil end
local library = {}
T.library = library
-- A module of the standard library: what its function answers, made at the first import.
function T.define_module(name, make) library[name] = make end
local imported = {}
function T.import(name)
  local known = imported[name]
  if known ~= nil then return known end
  local make = library[name]
  if not make then
    local id = N.resolve(name)
    local v = P.loaded[id]
    if v == nil then v = P.obtain(id, id) end
    return v
  end
  known = T.immutable(T.map(make()))
  imported[name] = known
  return known
end

-- The loop of a prompt. Inputs find their names in T.session, behind them those of the host.
function P.open_session(code)
  T.session = setmetatable({}, { __index = T.host })
  return load(code, "=<repl>")(P, N)
end

-- Functions of a module: { least, most, f }, which take so many arguments, or such that check themselves.
function T.module_functions(module, functions)
  for name, entry in next, functions do
    local f = type(entry) == "function" and entry or T.checked(entry[1], entry[2], entry[3], function()
      T.fail("wrong number of arguments in call to 'user-function:" .. name .. "'")
    end)
    T.builtin_names[f] = "user-function:" .. name
    module[name] = f
  end
  return module
end

`;
