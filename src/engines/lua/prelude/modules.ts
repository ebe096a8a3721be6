/** `require` and `package`: modules come from the host's resolver, once each. */
export const MODULES = String.raw`
local P, N = ...
local type, error, tostring, unpack = type, error, tostring, table.unpack
local compile, resolve, current_task = N.compile, N.resolve, N.task
local loaded, preload = {}, {}
package = { loaded = loaded, preload = preload, path = "", cpath = "", config = "/\n;\n?\n!\n-\n" }
for _, name in P.ipairs({ "_G", "coroutine", "io", "math", "os", "string", "table", "utf8" }) do loaded[name] = _G[name] end

-- By module id: { value, done } once loaded, { task, signal } while loading.
local modules = {}
-- By task: ids of the modules that it is loading, outermost first; the record that it waits for.
local stacks, waiting = {}, {}

local function load_module(name, id)
  local chunk = compile(id)
  local task = current_task()
  local record = { id = id, task = task, signal = P.signal(), names = {} }
  modules[id] = record
  local stack = stacks[task]
  if stack == nil then
    stack = {}
    stacks[task] = stack
  end
  stack[#stack + 1] = id
  local trace
  local ok, value = P.xpcall(chunk, function(e)
    trace = N.frames(e)
    return e
  end, name, id)
  for i = #stack, 1, -1 do
    if stack[i] == id then P.remove(stack, i) break end
  end
  if #stack == 0 then stacks[task] = nil end
  if not ok then
    modules[id] = nil
    P.settle(record.signal)
    N.rethrow(value, trace)
    error(value, 0)
  end
  if value == nil then value = loaded[name] end
  if value == nil then value = true end
  record.value, record.done = value, true
  record.names[name] = true
  loaded[name] = value
  P.settle(record.signal)
  return value
end

-- The modules from the one that is wanted again to the one that wants it.
local function cycle_of(task, id)
  local names, on = {}, false
  for _, known in P.ipairs(stacks[task]) do
    on = on or known == id
    if on then names[#names + 1] = known end
  end
  if not on then names = { unpack(stacks[task]) } end
  names[#names + 1] = id
  if not on then names[#names + 1] = names[1] end
  return P.concat(names, " -> ")
end

-- The value of a resolved module, loaded at its first request.
local function obtain(name, id)
  while true do
    local record = modules[id]
    -- Taken out of package.loaded by the script: it wants it fresh.
    if record ~= nil and record.names[name] then record = nil end
    if record == nil then return load_module(name, id) end
    if record.done then
      record.names[name] = true
      loaded[name] = record.value
      return record.value
    end
    local task, other = current_task(), record
    while other ~= nil do
      if other.task == task then
        P.raise("script.error", "module cycle: " .. cycle_of(task, id), {
          details = { module = id },
          hint = "Have one of them load the other inside the function that needs it.",
        })
      end
      other = waiting[other.task]
    end
    waiting[task] = record
    P.await_signal(record.signal)
    waiting[task] = nil
    local value = loaded[name]
    if value ~= nil then return value end
  end
end
P.loaded, P.obtain = loaded, obtain

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
  return obtain(name, id), id
end

-- spells.include(path); called with a colon it gets the table first.
function P.include(first, second)
  local path = first
  if type(first) == "table" then path = second end
  if type(path) ~= "string" then
    P.raise("input.invalid", "spells.include: path is missing", { hint = "Use spells.include(path)." })
  end
  local id = resolve("include:" .. path)
  return compile(id)(path, id)
end

-- A host's method that gets spells.include before its arguments.
function P.with_include(method, object)
  return function(...)
    local first = ...
    if object ~= nil and rawequal(first, object) then return method(P.include, select(2, ...)) end
    return method(P.include, ...)
  end
end
`;
