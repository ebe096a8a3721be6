/** What the Lua VM has besides its library and the bridges. A test compares it with a real VM. */
export const LUACATS_PRELUDE = `---An error of a bridge, as \`pcall\` catches it.
---@class llmspell.Error
---@field code string What went wrong, e.g. \`provider.rate_limited\`; docs/errors.md lists them.
---@field message string
---@field retryable boolean Whether the same call may succeed later.
---@field details? table
---@field hint? string What to do about it.

---A moment. \`a - b\` is milliseconds; moments compare with \`<\` and \`==\`.
---@class llmspell.Time
---@field year integer
---@field month integer
---@field day integer
---@field hour integer
---@field min integer
---@field sec integer
---@field ms integer
---@field wday integer 1 is Sunday.
---@operator sub(llmspell.Time): number
local Time = {}

---Seconds since 1970-01-01 UTC.
---@return number
function Time:unix() end

---ISO 8601 text.
---@return string
function Time:iso() end

---Milliseconds since 1970-01-01 UTC.
---@return number
function Time:milliseconds() end

---Its fields as a plain table, as \`os.date("!*t")\` has them.
---@return table<string, integer>
function Time:table() end

---An explicit null inside of data.
---@class llmspell.Null

---Positional arguments of the run.
---@type string[]
args = {}

---The environment variables that the run may see.
---@type table<string, string>
env = {}

---The standard input as text, nil where the run has none.
---@type string?
stdin = nil

---The spell that runs.
---@class llmspell.Spell
---@field name string
---@field file string
---@field dir? string Its folder; nil where it has no file.
---@field version? string
---@field run_id string
spell = {}

---What a task ends with. Tasks and promises are one.
---@class llmspell.Task
local Task = {}

---Waits, and answers what the task's function returned. Raises its error.
---@return any ...
function Task:await() end

---@param on_value? fun(...: any): any
---@param on_error? fun(reason: any): any
---@return llmspell.Task
function Task:and_then(on_value, on_error) end

---@param on_error fun(reason: any): any
---@return llmspell.Task
function Task:catch(on_error) end

---@param fn fun()
---@return llmspell.Task
function Task:finally(fn) end

---@return "pending"|"fulfilled"|"rejected"|"cancelled"
function Task:status() end

---Tasks.
---@class llmspell.Async
async = {}

---Starts a task that runs \`fn(...)\`.
---@param fn fun(...: any): any
---@param ... any
---@return llmspell.Task
function async.spawn(fn, ...) end

---Waits for all tasks or functions; their results by the same keys, or the first error.
---@param items table<any, llmspell.Task|fun(): any>
---@return table
function async.all(items) end

---What the first task or function that ends answers; other functions are stopped.
---@param items table<any, llmspell.Task|fun(): any>
---@return any ...
function async.race(items) end

---Waits for all tasks or functions, failed ones included.
---@param items table<any, llmspell.Task|fun(): any>
---@return table<any, { status: "fulfilled"|"rejected", value?: any, reason?: any }>
function async.settle(items) end

---Waits; other tasks run on.
---@param ms number
function async.sleep(ms) end

---What \`fn\` returns, or the error \`async.timeout\`.
---@param ms number
---@param fn llmspell.Task|fun(...: any): any
---@param ... any
---@return any ...
function async.timeout(ms, fn, ...) end

---Promises: tasks that something else decides.
---@class llmspell.PromiseApi
promise = {}

---@param executor fun(resolve: fun(...: any), reject: fun(reason: any))
---@return llmspell.Task
function promise.new(executor) end

---@param ... any
---@return llmspell.Task
function promise.resolve(...) end

---@param reason any
---@return llmspell.Task
function promise.reject(reason) end

---@param items table<any, llmspell.Task|fun(): any>
---@return llmspell.Task
function promise.all(items) end

---@param items table<any, llmspell.Task|fun(): any>
---@return llmspell.Task
function promise.race(items) end

---@param items table<any, llmspell.Task|fun(): any>
---@return llmspell.Task
function promise.settle(items) end

---The same as \`settle\`.
---@param items table<any, llmspell.Task|fun(): any>
---@return llmspell.Task
function promise.all_settled(items) end

---@type string
_VERSION = "Lua 5.4"

---@type table<string, any>
_G = {}

---Raises an error where \`v\` is false or nil; else returns its arguments.
---@generic T
---@param v? T
---@param message? any
---@param ... any
---@return T
---@return any ...
function assert(v, message, ...) end

---@param option? "collect"|"stop"|"restart"|"count"|"step"|"isrunning"|"generational"|"incremental"
---@param ... any
---@return any
function collectgarbage(option, ...) end

---Raises an error. The message may be any value, e.g. a table with \`code\` and \`message\`.
---@param message any
---@param level? integer
function error(message, level) end

---@param object any
---@return any
function getmetatable(object) end

---@generic T: table, V
---@param t T
---@return fun(t: V[], i?: integer): integer, V
---@return T
---@return integer
function ipairs(t) end

---@param chunk string|fun(): string?
---@param chunkname? string
---@param mode? "t"
---@param env? table
---@return function?
---@return string? error_message
function load(chunk, chunkname, mode, env) end

---@generic K, V
---@param t table<K, V>
---@param index? K
---@return K?
---@return V?
function next(t, index) end

---@generic T: table, K, V
---@param t T
---@return fun(t: table<K, V>, k?: K): K, V
---@return T
function pairs(t) end

---Calls a function, which may wait; answers whether it succeeded, then its results or the error.
---@param f fun(...: any): any
---@param ... any
---@return boolean success
---@return any result
---@return any ...
function pcall(f, ...) end

---Prints values, joined by tabs, and a line end: the spell's output.
---@param ... any
function print(...) end

---@param a any
---@param b any
---@return boolean
function rawequal(a, b) end

---@param t table
---@param index any
---@return any
function rawget(t, index) end

---@param v table|string
---@return integer
function rawlen(v) end

---@param t table
---@param index any
---@param value any
---@return table
function rawset(t, index, value) end

---@param n integer|"#"
---@param ... any
---@return any ...
function select(n, ...) end

---@generic T: table
---@param t T
---@param metatable? table
---@return T
function setmetatable(t, metatable) end

---@param v any
---@param base? integer
---@return number?
function tonumber(v, base) end

---@param v any
---@return string
function tostring(v) end

---@param v any
---@return "nil"|"number"|"string"|"boolean"|"table"|"function"|"thread"|"userdata"
function type(v) end

---@param message string
---@param ... string
function warn(message, ...) end

---@param f fun(...: any): any
---@param handler fun(error: any): any
---@param ... any
---@return boolean success
---@return any result
---@return any ...
function xpcall(f, handler, ...) end

---Output: the only member of \`io\`.
---@class llmspell.Io
io = {}

---Writes strings and numbers to the output.
---@param ... string|number
---@return llmspell.Io
function io.write(...) end

---What a sandbox has of \`os\`.
---@class llmspell.Os
os = {}

---Seconds of computing.
---@return number
function os.clock() end

---@param format? string
---@param time? integer
---@return string|table
function os.date(format, time) end

---@param later integer
---@param earlier integer
---@return number
function os.difftime(later, earlier) end

---@param time? table
---@return integer
function os.time(time) end

---What a sandbox has of \`debug\`.
---@class llmspell.Debug
debug = {}

---@param thread? thread|string
---@param message? any
---@param level? integer
---@return string
function debug.traceback(thread, message, level) end

---@param x number
---@param y number
---@return number
function math.pow(x, y) end

---The same as \`table.unpack\`.
---@param list any[]
---@param i? integer
---@param j? integer
---@return any ...
function unpack(list, i, j) end
`;
