/** `require` and `package`: modules come from the host's resolver, once each. */
export const MODULES = String.raw`
local P, N = ...
local type, error, tostring = type, error, tostring
local compile, resolve, current_task = N.compile, N.resolve, N.task
local loaded, preload = {}, {}
package = { loaded = loaded, preload = preload, path = "", cpath = "", config = "/\n;\n?\n!\n-\n" }
for _, name in P.ipairs({ "_G", "coroutine", "io", "math", "os", "string", "table", "utf8" }) do loaded[name] = _G[name] end

-- By module id: { value } once loaded, { task, future } while loading.
local modules = {}
local chain = {}

local function load_module(id)
  local chunk = compile(id)
  local record = { task = current_task(), signal = P.signal() }
  modules[id] = record
  chain[#chain + 1] = id
  local trace
  local ok, value = P.xpcall(chunk, function(e)
    trace = N.frames(e)
    return e
  end, id, id)
  for i = #chain, 1, -1 do
    if chain[i] == id then P.remove(chain, i) break end
  end
  if not ok then
    modules[id] = nil
    P.settle(record.signal)
    N.rethrow(value, trace)
    error(value, 0)
  end
  if value == nil then value = true end
  record.value = value
  P.settle(record.signal)
  return value
end

function _G.require(name)
  if type(name) ~= "string" then error("bad argument #1 to 'require' (string expected, got " .. type(name) .. ")", 2) end
  local value = loaded[name]
  if value ~= nil then return value end
  local loader = preload[name]
  if loader ~= nil then
    value = loader(name, ":preload:")
    if value ~= nil then loaded[name] = value elseif loaded[name] == nil then loaded[name] = true end
    return loaded[name], ":preload:"
  end
  local id = resolve(name)
  while true do
    local record = modules[id]
    if record == nil then return load_module(id), id end
    if record.value ~= nil then return record.value, id end
    if record.task == current_task() then
      P.raise("script.error", "module cycle: " .. P.concat(chain, " -> ") .. " -> " .. id, { details = { module = id } })
    end
    P.await_signal(record.signal)
  end
end
`;
