/** The module `enum`: loops over lists and maps as functions of key and value. */
export const ENUM = String.raw`
local P, N = ...
local T = P.tengo
local U, array, list_of, map_of, count, truthy = T.U, T.array, T.list_of, T.map_of, T.count, T.truthy
local math_type, type, iterate, next, select = math.type, type, T.iterate, next, select

-- Calls visit(key, value) until it answers something; otherwise otherwise.
local function over(otherwise, visit)
  return function(x, f)
    if not list_of(x) and not map_of(x) then return U end
    for k, v in iterate(x) do
      local found = visit(f(k, v), k, v)
      if found ~= nil then return found end
    end
    return otherwise
  end
end

-- A source module in the original: its functions are compiled ones.
local function compiled(functions)
  local made = {}
  for name, f in next, functions do
    made[name] = function(...)
      if select("#", ...) ~= 2 then T.fail("wrong number of arguments: want=2, got=" .. select("#", ...)) end
      return f(...)
    end
  end
  return made
end

T.define_module("enum", function()
  return compiled({
    all = over(true, function(answer) if not truthy(answer) then return false end end),
    any = over(false, function(answer) if truthy(answer) then return true end end),
    each = over(U, function() end),
    find = over(U, function(answer, _, v) if truthy(answer) then return v end end),
    find_key = over(U, function(answer, k) if truthy(answer) then return k end end),
    map = function(x, f)
      if not list_of(x) and not map_of(x) then return U end
      local made, n = {}, 0
      for k, v in iterate(x) do
        made[n] = f(k, v)
        n = n + 1
      end
      return array(made)
    end,
    filter = function(x, f)
      if not list_of(x) then return U end
      local made, n = {}, 0
      for k, v in iterate(x) do
        if truthy(f(k, v)) then
          made[n] = v
          n = n + 1
        end
      end
      return array(made)
    end,
    chunk = function(x, size)
      local list = list_of(x)
      if not list or not truthy(size) then return U end
      if math_type(size) ~= "integer" or size < 0 then T.fail("invalid chunk size: " .. T.text_of(size)) end
      local made, n = {}, 0
      for from = 0, count(list) - 1, size do
        local part = {}
        for i = from, from + size - 1 do part[i - from] = rawget(list, i) end
        made[n] = array(part)
        n = n + 1
      end
      return array(made)
    end,
    at = function(x, key)
      local wanted = list_of(x) and math_type(key) == "integer" or map_of(x) and type(key) == "string"
      if not wanted then return U end
      return x[key]
    end,
    key = function(k) return k end,
    value = function(_, v) return v end,
  })
end)
`;
