/** Tasks and promises. Both are one kind of future; the host drives the coroutine of each task. */
export const ASYNC = String.raw`
local P, N = ...
local type, error, select, pairs, next, setmetatable, rawget = type, error, select, pairs, next, setmetatable, rawget
local pack, unpack = table.pack, table.unpack
local create, close, status_of, tasks = P.create, P.close, P.status, P.tasks
local xpcall, pcall, raw_metatable = P.xpcall, P.pcall, P.raw_metatable
local raise = P.raise

-- Hidden state of a future: status (pending, fulfilled, rejected), values or reason, listeners, observed.
local STATE = {}
local Future = { __name = "task" }
P.Future = Future

local failed = {}

local function new_future()
  local state = { status = "pending", listeners = {} }
  return setmetatable({ [STATE] = state }, Future), state
end

local function state_of(v)
  return type(v) == "table" and raw_metatable(v) == Future and rawget(v, STATE) or nil
end

-- Listeners are the prelude's own and never wait.
local function settle(state, status, value)
  if state.status ~= "pending" then return end
  state.status, state.value = status, value
  if status == "rejected" and not state.observed then failed[#failed + 1] = state end
  local listeners = state.listeners
  state.listeners = nil
  for i = 1, #listeners do listeners[i](state) end
end

local function when_settled(state, listener)
  state.observed = true
  if state.status == "pending" then
    state.listeners[#state.listeners + 1] = listener
  else
    listener(state)
  end
end

local function wait_for(state)
  state.observed = true
  if state.status == "pending" then
    local id = N.new_wait()
    state.listeners[#state.listeners + 1] = function() N.wake(id) end
    N.wait(id)
  end
end

local function outcome(state)
  if state.status == "rejected" then
    N.rethrow(state.value, state.trace)
    error(state.value, 0)
  end
  return unpack(state.value, 1, state.value.n)
end

local function await(future)
  local state = state_of(future)
  wait_for(state)
  return outcome(state)
end

-- A promise that a task returns, or that resolves a promise, is adopted.
local function adopt(...)
  if select("#", ...) == 1 and state_of((...)) then return adopt(await((...))) end
  return pack(...)
end

local function finish(state, ok, value)
  if ok then settle(state, "fulfilled", value) else settle(state, "rejected", value) end
end

local function start(state, f, ...)
  local args = pack(...)
  local co = create(function()
    finish(state, xpcall(function() return adopt(f(unpack(args, 1, args.n))) end, function(e)
      state.trace = N.frames(e)
      return e
    end))
  end)
  tasks[co] = true
  state.co, state.id = co, N.start(co)
end

local function callable(f)
  if type(f) == "function" then return true end
  local mt = raw_metatable(f)
  return mt ~= nil and mt.__call ~= nil
end

local function check_callable(f, where, position)
  if not callable(f) then
    error("bad argument #" .. position .. " to '" .. where .. "' (function expected, got " .. type(f) .. ")", 3)
  end
end

local function spawn(f, ...)
  local future, state = new_future()
  start(state, f, ...)
  return future
end

local function cancel(state)
  if state.status ~= "pending" or state.id == nil then return end
  N.cancel(state.id)
  state.status, state.listeners, state.observed = "cancelled", nil, true
  if status_of(state.co) == "suspended" then pcall(close, state.co) end
end

-- Items of all, race and settle: futures stay; functions become tasks of ours.
local function as_states(items, where)
  if type(items) ~= "table" then
    error("bad argument #1 to '" .. where .. "' (table expected, got " .. type(items) .. ")", 3)
  end
  local states, own, count = {}, {}, 0
  for key, item in pairs(items) do
    local state = state_of(item)
    if not state then
      if not callable(item) then
        error("bad argument #1 to '" .. where .. "' (task or function expected at " .. P.tostring(key) .. ", got " .. type(item) .. ")", 3)
      end
      local _
      _, state = new_future()
      own[key] = item
    end
    states[key] = state
    count = count + 1
  end
  for key, item in pairs(items) do
    if own[key] then start(states[key], item) end
  end
  return states, own, count
end

local function all_states(states, own, count)
  local future, result = new_future()
  local values, left = {}, count
  if count == 0 then settle(result, "fulfilled", pack(setmetatable(values, P.Array))) end
  for key, state in pairs(states) do
    when_settled(state, function()
      if state.status == "rejected" then
        result.trace = result.trace or state.trace
        settle(result, "rejected", state.value)
      else
        values[key] = state.value[1]
        left = left - 1
        if left == 0 then settle(result, "fulfilled", pack(values)) end
      end
    end)
  end
  return future
end

local function race_states(states)
  local future, result = new_future()
  for _, state in pairs(states) do
    when_settled(state, function()
      result.trace = result.trace or state.trace
      settle(result, state.status, state.value)
    end)
  end
  return future
end

local function settle_states(states, count)
  local future, result = new_future()
  local values, left = {}, count
  if count == 0 then settle(result, "fulfilled", pack(setmetatable(values, P.Array))) end
  for key, state in pairs(states) do
    when_settled(state, function()
      if state.status == "rejected" then
        values[key] = { status = "rejected", reason = state.value }
      else
        values[key] = { status = "fulfilled", value = state.value[1] }
      end
      left = left - 1
      if left == 0 then settle(result, "fulfilled", pack(values)) end
    end)
  end
  return future
end

-- Tasks that nobody else can see end with the race or failure that decided without them.
local function stop_own(states, own)
  for key, state in pairs(states) do
    if own[key] then cancel(state) end
  end
end

local function await_and_stop(future, states, own)
  local state = state_of(future)
  wait_for(state)
  stop_own(states, own)
  return outcome(state)
end

local function sleep(ms)
  local host_sleep = P.sleep
  if not host_sleep then raise("method.unavailable", "async.sleep needs the bridge method util.sleep, which is not part of this runtime") end
  host_sleep(ms)
end

local async = {}
_G.async = async

function async.spawn(f, ...)
  check_callable(f, "spawn", 1)
  return spawn(f, ...)
end

async.sleep = sleep

function async.all(items)
  local states, own, count = as_states(items, "all")
  return await_and_stop(all_states(states, own, count), states, own)
end

function async.race(items)
  local states, own, count = as_states(items, "race")
  if count == 0 then error("bad argument #1 to 'race' (nothing to wait for)", 2) end
  return await_and_stop(race_states(states), states, own)
end

function async.settle(items)
  local states, _, count = as_states(items, "settle")
  return await(settle_states(states, count))
end

function async.timeout(ms, f, ...)
  if type(ms) ~= "number" then error("bad argument #1 to 'timeout' (number expected, got " .. type(ms) .. ")", 2) end
  local work = state_of(f)
  local own = { true, work == nil }
  if not work then
    check_callable(f, "timeout", 2)
    local _
    _, work = new_future()
    start(work, f, ...)
  end
  local _, timer = new_future()
  start(timer, function()
    sleep(ms)
    raise("async.timeout", "timed out after " .. P.tostring(ms) .. " ms", { retryable = true, details = { ms = ms } })
  end)
  return await_and_stop(race_states({ work, timer }), { timer, work }, own)
end

local methods = {}
methods.await = await

local function chain(self, on_value, on_error)
  local source = state_of(self)
  local future, state = new_future()
  when_settled(source, function()
    start(state, function()
      if source.status == "rejected" then
        if callable(on_error) then return on_error(source.value) end
        return outcome(source)
      end
      if callable(on_value) then return on_value(unpack(source.value, 1, source.value.n)) end
      return outcome(source)
    end)
  end)
  return future
end

methods.and_then = chain
methods.andThen = chain
methods["catch"] = function(self, on_error) return chain(self, nil, on_error) end
methods.finally = function(self, f)
  return chain(self, function(...)
    adopt(f())
    return ...
  end, function(e)
    adopt(f())
    error(e, 0)
  end)
end
methods.status = function(self) return state_of(self).status end

function Future.__index(future, key)
  local method = methods[key]
  if not method then return nil end
  return function(...)
    local first = ...
    if first == future then return method(...) end
    return method(future, ...)
  end
end
Future.__newindex = function() error("a task cannot be changed", 2) end
Future.__tostring = function(future) return "task: " .. state_of(future).status end
Future.__pairs = function() return next, {}, nil end
Future.__metatable = false

local promise = {}
_G.promise = promise

function promise.new(executor)
  check_callable(executor, "new", 1)
  local future, state = new_future()
  local decided = false
  local function resolve(...)
    if decided then return end
    decided = true
    local source = select("#", ...) == 1 and state_of((...))
    if source then
      when_settled(source, function() settle(state, source.status, source.value) end)
    else
      settle(state, "fulfilled", pack(...))
    end
  end
  local function reject(reason)
    if decided then return end
    decided = true
    settle(state, "rejected", reason)
  end
  local ok, reason = pcall(executor, resolve, reject)
  if not ok then reject(reason) end
  return future
end

function promise.resolve(...)
  if state_of((...)) then return (...) end
  local future, state = new_future()
  settle(state, "fulfilled", pack(...))
  return future
end

function promise.reject(reason)
  local future, state = new_future()
  settle(state, "rejected", reason)
  return future
end

function promise.all(items) return all_states(as_states(items, "all")) end
function promise.race(items) return race_states(as_states(items, "race")) end
function promise.settle(items)
  local states, _, count = as_states(items, "settle")
  return settle_states(states, count)
end
promise.all_settled, promise.allSettled = promise.settle, promise.settle

-- The first failure that nothing has looked at; called at the end of a run.
function P.unhandled()
  for i = 1, #failed do
    local state = failed[i]
    if not state.observed then return true, state.value, state.trace end
  end
  return false
end

function P.signal()
  local _, state = new_future()
  return state
end
function P.settle(state) settle(state, "fulfilled", { n = 0 }) end
P.await_signal = wait_for
`;
