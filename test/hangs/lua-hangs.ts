import type { Hang } from "./catalogue.ts";

const CPU = ["limit.cpu"];
const MEMORY = ["limit.memory"];
const RECURSION = ["limit.recursion"];

/** What never ends. */
const ENDLESS: readonly Omit<Hang, "engine">[] = [
  { name: "an endless loop", code: "while true do end", ends: CPU },
  { name: "an endless loop of pcalls", code: "while true do pcall(function() while true do end end) end", ends: CPU },
  { name: "a goto loop", code: "::top:: goto top", ends: CPU },
  { name: "a huge numeric loop", code: "for i = 1, 1 << 62 do end", ends: CPU },
  { name: "errors caught without end", code: "while true do pcall(error, 'x') end", ends: CPU },
  { name: "string.rep of nothing", code: "return #string.rep('', 1 << 60)", ends: [...CPU, "ok", "script.error"] },
  { name: "pattern backtracking", code: "return ('a'):rep(40):match(('a*'):rep(25) .. 'b')", ends: CPU },
  { name: "a balanced pattern on open brackets", code: "return ('('):rep(300000):gsub('%b()', '')", ends: CPU },
  { name: "a lazy gsub over a long text", code: "return ('a'):rep(300000):gsub('.-b', '')", ends: CPU },
  {
    name: "a plain find of a long text",
    code: "return ('a'):rep(2000000):find(('a'):rep(1000000) .. 'b', 1, true)",
    ends: CPU,
  },
  {
    name: "gsub with a function that hangs",
    code: "return ('x'):rep(1000):gsub('.', function() while true do end end)",
    ends: CPU,
  },
  { name: "table.move over 2^40 places", code: "return #table.move({}, 1, 1 << 40, 2)", ends: CPU },
  {
    name: "table.concat without end",
    code: "return #table.concat(setmetatable({}, { __index = function() return '' end }), '', 1, 1 << 40)",
    ends: [...CPU, ...MEMORY],
  },
  {
    name: "table.insert before a faked length",
    code: "table.insert(setmetatable({}, { __len = function() return 1 << 50 end }), 1, 0)",
    ends: CPU,
  },
  {
    name: "a comparator that contradicts itself",
    code: "while true do pcall(table.sort, { 3, 1, 2, 5, 4, 9, 7 }, function() return true end) end",
    ends: CPU,
  },
  {
    name: "sort with a comparator that hangs",
    code: "table.sort({ 2, 1 }, function() while true do end end)",
    ends: CPU,
  },
  { name: "exponential recursion through pcall", code: "local function f() pcall(f) pcall(f) end f()", ends: CPU },
  {
    name: "a finalizer that hangs",
    code: "setmetatable({}, { __gc = function() while true do end end }) collectgarbage() return 1",
    ends: [...CPU, "ok"],
  },
  {
    name: "finalizers that make finalizers",
    code: "local mt = {} mt.__gc = function() setmetatable({}, mt) end setmetatable({}, mt) while true do collectgarbage() end",
    ends: CPU,
  },
  {
    name: "a length that hangs",
    code: "return #setmetatable({}, { __len = function() while true do end end })",
    ends: CPU,
  },
  {
    name: "a comparison that hangs",
    code: "local mt = { __lt = function() while true do end end } return setmetatable({}, mt) < setmetatable({}, mt)",
    ends: CPU,
  },
  {
    name: "__tostring that hangs in print",
    code: "print(setmetatable({}, { __tostring = function() while true do end end }))",
    ends: CPU,
  },
  {
    name: "__pairs that never ends",
    code: "for _ in pairs(setmetatable({}, { __pairs = function() return function() return 1 end end })) do end",
    ends: CPU,
  },
  {
    name: "__close that hangs",
    code: "local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x')",
    ends: CPU,
  },
  { name: "a message handler that hangs", code: "xpcall(error, function() while true do end end)", ends: CPU },
  {
    name: "an error whose text hangs",
    code: "error(setmetatable({}, { __tostring = function() while true do end end }))",
    ends: [...CPU, "script.error"],
  },
  { name: "a task that hangs", code: "async.spawn(function() while true do end end):await()", ends: CPU },
  { name: "a user coroutine that hangs", code: "coroutine.wrap(function() while true do end end)()", ends: CPU },
  { name: "an iterator that never ends", code: "for _ in function() return 1 end do end", ends: CPU },
  {
    name: "a load reader that never ends",
    code: "return load(function() return 'x = 1 ' end)",
    ends: [...CPU, ...MEMORY, "ok"],
  },
];

/** What grows without end. */
const GROWING: readonly Omit<Hang, "engine">[] = [
  { name: "a string that doubles", code: "local s = 'x' while true do s = s .. s end", ends: MEMORY },
  { name: "string.rep of 1 GB", code: "return #string.rep('x', 1 << 30)", ends: MEMORY },
  { name: "string.rep of 1 TB", code: "return #string.rep('x', 1 << 40)", ends: [...MEMORY, "script.error"] },
  {
    name: "string.format without end",
    code: "local t = {} while true do t[#t + 1] = string.format('%99.99f', #t / 3) end",
    ends: MEMORY,
  },
  { name: "string.pack of 1 GB", code: "return #string.pack('c1073741824', 'x')", ends: MEMORY },
  { name: "gsub that multiplies", code: "local s = ('a'):rep(4000) return #s:gsub('a', s):gsub('a', s)", ends: MEMORY },
  { name: "a table that grows", code: "local t = {} while true do t[#t + 1] = #t end", ends: MEMORY },
  { name: "tables in tables", code: "local t = {} while true do t = { t } end", ends: MEMORY },
  { name: "closures", code: "local t = {} while true do t[#t + 1] = function() return t end end", ends: MEMORY },
  {
    name: "coroutines",
    code: "local t = {} while true do t[#t + 1] = coroutine.create(function() end) coroutine.resume(t[#t]) end",
    ends: MEMORY,
  },
  {
    name: "finalizers that keep their objects",
    code: "local kept = {} while true do setmetatable({}, { __gc = function(o) kept[#kept + 1] = o end }) end",
    ends: MEMORY,
  },
  {
    name: "table.concat of 2^40 texts",
    code: "return #table.concat(setmetatable({}, { __index = function() return ('x'):rep(1000) end }), '', 1, 1 << 40)",
    ends: MEMORY,
  },
  {
    name: "unpack of very much",
    code: "return select('#', table.unpack({}, 1, 10000000))",
    ends: ["script.error", ...MEMORY, ...RECURSION],
  },
  { name: "source that is very long", code: "return (load(('x = 1 '):rep(1000000)))", ends: [...MEMORY, "ok"] },
  { name: "brackets in brackets in load", code: "return (load(('('):rep(1000000)))", ends: ["ok"] },
];

/** What calls itself, floods the host or makes a result of no size. */
const OTHERS: readonly Omit<Hang, "engine">[] = [
  { name: "recursion", code: "local function f() return 1 + f() end return f()", ends: [...RECURSION, ...MEMORY] },
  {
    name: "mutual recursion through pcall",
    code: "local f, g function f() local ok, e = pcall(g) if not ok then error(e, 0) end end function g() f() end f()",
    ends: RECURSION,
  },
  {
    name: "__index that asks itself",
    code: "local t t = setmetatable({}, { __index = function(_, k) return t[k] end }) return t.x",
    ends: RECURSION,
  },
  {
    name: "an __index chain that is a ring",
    code: "local a, b = {}, {} setmetatable(a, { __index = b }) setmetatable(b, { __index = a }) return a.x",
    ends: ["script.error"],
  },
  {
    name: "coroutines in coroutines",
    code: "local function f() return coroutine.wrap(f)() end return f()",
    ends: [...RECURSION, ...MEMORY],
  },
  {
    name: "tostring of itself",
    code: "local t t = setmetatable({}, { __tostring = function() return tostring(t) end }) return tostring(t)",
    ends: RECURSION,
  },

  {
    name: "output without end",
    code: "while true do print(('x'):rep(1000)) end",
    ends: ["limit.output", "limit.host_memory"],
  },
  {
    name: "tasks without end",
    code: "while true do async.spawn(function() util.sleep(100000) end) end",
    ends: ["limit.host_calls", ...MEMORY],
  },
  {
    name: "a result that is shared in itself",
    code: "local t = { 'x' } for _ = 1, 60 do t = { t, t } end return t",
    ends: ["value.too_large"],
  },
  {
    name: "a result that is very deep",
    code: "local t = {} for _ = 1, 50000 do t = { t } end return t",
    ends: ["value.too_deep"],
  },
];

/** Hangs and bombs of the Lua language and its library. */
export const LUA_HANGS: readonly Omit<Hang, "engine">[] = [
  ...ENDLESS,
  ...[...GROWING, ...OTHERS].map((bomb) => ({ cpuMs: 5000, ...bomb })),
];
