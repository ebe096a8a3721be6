/**
 * Coroutines in which a host call may wait. A call that waits yields the token `WAIT` through every coroutine up to
 * the task, which the host resumes; `step` passes the token on, so that scripts never see it.
 */
export const COROUTINES = String.raw`
local P, N = ...
local WAIT = N.WAIT
local tasks = P.tasks
local type, error, setmetatable = type, error, setmetatable
local create, resume, yield, status = coroutine.create, coroutine.resume, coroutine.yield, coroutine.status
local running, isyieldable, close = coroutine.running, coroutine.isyieldable, coroutine.close

-- Coroutines that wait for the host: to the script they run still.
local waiting = setmetatable({}, { __mode = "k" })

local function step(co, ...)
  local _, first = ...
  if first ~= WAIT then return ... end
  if isyieldable() then
    waiting[co] = true
    yield(WAIT)
    waiting[co] = nil
  else
    N.refuse()
  end
  return step(co, resume(co))
end

local function waiting_resume(co, ...)
  if waiting[co] then return false, "cannot resume non-suspended coroutine" end
  return step(co, resume(co, ...))
end
coroutine.resume = waiting_resume

local function unwrap(co, ok, ...)
  if ok then return ... end
  local e = ...
  if status(co) == "dead" then
    local _, closing = close(co)
    if closing ~= nil then e = closing end
  end
  if type(e) == "string" and e ~= "not enough memory" then error(e, 2) end
  error(e, 0)
end

function coroutine.wrap(f)
  local co = create(f)
  return function(...) return unwrap(co, waiting_resume(co, ...)) end
end

function coroutine.yield(...)
  if tasks[running()] then error("attempt to yield from outside a coroutine", 2) end
  if not isyieldable() then
    P.raise("wait.not_allowed", "a coroutine cannot yield here: a finalizer, an error handler or a library function is running")
  end
  return yield(...)
end

function coroutine.running()
  local co = running()
  return co, tasks[co] == true
end

function coroutine.isyieldable(...)
  if tasks[... or running()] then return false end
  return isyieldable(...)
end

function coroutine.status(...)
  if waiting[...] then return "normal" end
  return status(...)
end

function coroutine.close(...)
  if waiting[...] then error("cannot close a normal coroutine", 2) end
  return close(...)
end

P.create, P.close, P.status, P.running = create, close, status, running
`;
