/** The modules `math`, `rand` and `os`; what `os` has is what a spell may know. */
export const MATHS = String.raw`
local P, N = ...
local T = P.tengo
local type, rawequal, select, next, tonumber = type, rawequal, select, next, tonumber
local math_type, floor, ceil, huge, abs = math.type, math.floor, math.ceil, math.huge, math.abs
local sqrt, exp, log, sin, cos = math.sqrt, math.exp, math.log, math.sin, math.cos
local kind, U, array, map = T.kind, T.U, T.array, T.map
local format = string.format
local NAN = 0 / 0
local POSITIONS = { "first", "second" }

local function wrong(name, position, want, v)
  T.fail("invalid type for argument '" .. POSITIONS[position] .. "' in call to 'user-function:" .. name .. "': expected " .. want .. ", found " .. kind(v))
end
local function float(name, position, v)
  if type(v) == "number" then return v + 0.0 end
  local made = T.builtins.float(v)
  if rawequal(made, U) then wrong(name, position, "float(compatible)", v) end
  return made
end
local function integer(name, position, v)
  if math_type(v) == "integer" then return v end
  local made = T.builtins.int(v)
  if rawequal(made, U) then wrong(name, position, "int(compatible)", v) end
  return made
end

local function trunc(x)
  if x ~= x or x == huge or x == -huge then return x end
  return (x < 0 and ceil(x) or floor(x)) + 0.0
end
local function whole(round)
  return function(x)
    if x ~= x or x == huge or x == -huge then return x end
    return round(x) + 0.0
  end
end
local function is_negative(x) return x < 0 or x == 0 and 1 / x < 0 end
local function cbrt(x)
  if x == 0 or x ~= x or abs(x) == huge then return x end
  local y = abs(x) ^ (1 / 3)
  y = y - (y * y * y - abs(x)) / (3 * y * y)
  return x < 0 and -y or y
end
local function expm1(x)
  if abs(x) > 1e-5 then return exp(x) - 1 end
  return x + x * x / 2 + x * x * x / 6
end
local function log1p(x)
  if abs(x) > 1e-5 then return log(1 + x) end
  return x - x * x / 2 + x * x * x / 3
end
-- Lanczos, g = 7, n = 9: P. Godfrey, "A note on the computation of the convergent Lanczos complex Gamma approximation".
local LANCZOS = { 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7 }
local function gamma(x)
  if x ~= x or x == huge then return x end
  if x == -huge then return NAN end
  if x == 0 then return 1 / x end
  if x == floor(x) then
    if x < 0 then return NAN end
    if x <= 23 then
      local product = 1.0
      for i = 2, floor(x) - 1 do product = product * i end
      return product
    end
  end
  if x > 171.7 then return huge end
  if x < 0.5 then return math.pi / (sin(math.pi * x) * gamma(1 - x)) end
  x = x - 1
  local a = 0.99999999999980993
  for i = 1, #LANCZOS do a = a + LANCZOS[i] / (x + i) end
  local t = x + #LANCZOS - 0.5
  return sqrt(2 * math.pi) * t ^ (x + 0.5) * exp(-t) * a
end
-- The error function: its series near zero, the continued fraction of its complement beyond (Abramowitz and Stegun 7.1.5, 7.1.14).
local function erfc_tail(x)
  local f = 0.0
  for k = 60, 1, -1 do f = k / 2 / (x + f) end
  return exp(-x * x) / sqrt(math.pi) / (x + f)
end
local function erf(x)
  if x ~= x then return x end
  local a = abs(x)
  if a > 6 then return x < 0 and -1.0 or 1.0 end
  if a > 2.5 then return (x < 0 and -1 or 1) * (1 - erfc_tail(a)) end
  local sum, term, n = x, x, 0
  repeat
    n = n + 1
    term = -term * x * x / n
    local add = term / (2 * n + 1)
    sum = sum + add
  until abs(add) <= abs(sum) * 1e-17
  return 2 / sqrt(math.pi) * sum
end
local function erfc(x)
  if x > 2.5 and x < 28 then return erfc_tail(x) end
  if x >= 28 then return 0.0 end
  return 1 - erf(x)
end
-- Bessel functions by their integrals, trapezoids over a period: exact to rounding for smooth periodic integrands.
local function jn(n, x)
  if x ~= x then return x end
  if abs(x) == huge then return 0.0 end
  local steps = 64 + 2 * ceil(abs(x)) + 2 * abs(n)
  if steps > 200000 then return sqrt(2 / (math.pi * abs(x))) * cos(abs(x) - n * math.pi / 2 - math.pi / 4) end
  local sum = 0.0
  for i = 0, steps - 1 do
    local angle = 2 * math.pi * i / steps
    sum = sum + cos(n * angle - x * sin(angle))
  end
  return sum / steps
end
local function yn(n, x)
  if x ~= x or x < 0 then return NAN end
  if x == 0 then return -huge end
  if x == huge then return 0.0 end
  if n < 0 then return (n % 2 == 0 and 1 or -1) * yn(-n, x) end
  -- Y0 and Y1 by their integrals (A&S 9.1.22) with Simpson's rule, then upward.
  local function integral(order)
    local steps = 4000 + 40 * ceil(x)
    if steps > 400000 then return sqrt(2 / (math.pi * x)) * sin(x - order * math.pi / 2 - math.pi / 4) end
    local h, sum = math.pi / steps, 0.0
    for i = 0, steps do
      local w = (i == 0 or i == steps) and 1 or i % 2 == 1 and 4 or 2
      sum = sum + w * sin(x * sin(i * h) - order * i * h)
    end
    local first = sum * h / 3 / math.pi
    local top = math.log(800 / x + 2) + 5
    h, sum = top / steps, 0.0
    for i = 0, steps do
      local w = (i == 0 or i == steps) and 1 or i % 2 == 1 and 4 or 2
      local t = i * h
      local sinh = (exp(t) - exp(-t)) / 2
      sum = sum + w * (exp(order * t) + exp(-order * t) * (order % 2 == 0 and 1 or -1)) * exp(-x * sinh)
    end
    return first - sum * h / 3 / math.pi
  end
  local before = integral(0)
  if n == 0 then return before end
  local value = integral(1)
  for k = 1, n - 1 do before, value = value, 2 * k / x * value - before end
  return value
end
local function frexp(x)
  if x == 0 or x ~= x or abs(x) == huge then return x, 0 end
  local e = floor(log(abs(x), 2)) + 1
  local m = x / 2.0 ^ e
  if abs(m) >= 1 then return m / 2, e + 1 end
  if abs(m) < 0.5 then return m * 2, e - 1 end
  return m, e
end
local function nextafter(x, y)
  if x ~= x or y ~= y then return NAN end
  if x == y then return x end
  if x == 0 then return y > 0 and 5e-324 or -5e-324 end
  local bits = string.unpack("<i8", string.pack("<d", x))
  bits = bits + ((y > x) == (x > 0) and 1 or -1)
  return (string.unpack("<d", string.pack("<i8", bits)))
end
local function logb(x)
  if x == 0 then return -huge end
  if x ~= x then return x end
  if abs(x) == huge then return huge end
  local _, e = frexp(x)
  return e - 1 + 0.0
end
local function remainder(x, y)
  if y == 0 or x ~= x or y ~= y or abs(x) == huge then return NAN end
  if abs(y) == huge then return x end
  local q = x / y
  local n = floor(q + 0.5)
  if n - q == 0.5 and n % 2 ~= 0 then n = n - 1 end
  return x - n * y
end
local function pick(better)
  return function(a, b)
    if a ~= a or b ~= b then return NAN end
    if a == 0 and b == 0 then return better(1 / a, 1 / b) and a or b end
    return better(a, b) and a or b
  end
end
local function go_pow(x, y)
  if y == 0 or x == 1 then return 1.0 end
  return x ^ y
end

local ONE = {
  abs = abs, acos = math.acos, asin = math.asin, atan = math.atan, sin = sin, cos = cos, tan = math.tan, exp = exp, sqrt = sqrt, log = log,
  ceil = whole(ceil), floor = whole(floor), trunc = trunc, cbrt = cbrt, expm1 = expm1, log1p = log1p, gamma = gamma, erf = erf, erfc = erfc,
  acosh = function(x) return log(x + sqrt(x * x - 1)) end,
  asinh = function(x)
    if x == 0 or abs(x) == huge then return x end
    return (x < 0 and -1 or 1) * log(abs(x) + sqrt(x * x + 1))
  end,
  atanh = function(x) return 0.5 * (log1p(x) - log1p(-x)) end,
  cosh = function(x) return (exp(x) + exp(-x)) / 2 end,
  sinh = function(x)
    if abs(x) < 1e-4 then return x + x * x * x / 6 end
    return (exp(x) - exp(-x)) / 2
  end,
  tanh = function(x)
    if abs(x) > 22 then return x < 0 and -1.0 or 1.0 end
    local e = expm1(2 * x)
    return e / (e + 2)
  end,
  exp2 = function(x) return 2.0 ^ x end,
  log10 = function(x) return log(x, 10) end,
  log2 = function(x) return log(x, 2) end,
  logb = logb,
  j0 = function(x) return jn(0, x) end,
  j1 = function(x) return jn(1, x) end,
  y0 = function(x) return yn(0, x) end,
  y1 = function(x) return yn(1, x) end,
}
local TWO = {
  atan2 = function(y, x) return math.atan(y, x) end,
  copysign = function(x, sign) return is_negative(x) == is_negative(sign) and x or -x end,
  dim = function(x, y) return x - y <= 0 and 0.0 or x - y end,
  hypot = function(x, y)
    x, y = abs(x), abs(y)
    if x == huge or y == huge then return huge end
    local most = x > y and x or y
    if most == 0 then return 0.0 end
    return most * sqrt((x / most) ^ 2 + (y / most) ^ 2)
  end,
  max = pick(function(a, b) return a > b end),
  min = pick(function(a, b) return a < b end),
  mod = function(x, y)
    if y == 0 or abs(x) == huge or x ~= x or y ~= y then return NAN end
    return math.fmod(x, y)
  end,
  nextafter = nextafter, pow = go_pow, remainder = remainder,
}

-- For compiled scripts.
for _, name in next, { "acos", "asin", "atan", "cos", "exp", "log", "sin", "sqrt", "tan" } do T["math_" .. name] = math[name] end

T.define_module("math", function()
  local module = {
    e = 2.718281828459045, pi = math.pi, phi = 1.618033988749895, sqrt2 = 1.4142135623730951, sqrtE = 1.6487212707001282,
    sqrtPi = 1.772453850905516, sqrtPhi = 1.272019649514069, ln2 = 0.6931471805599453, log2E = 1.4426950408889634, ln10 = 2.302585092994046,
    log10E = 0.4342944819032518, maxFloat32 = 0x1.fffffep127, smallestNonzeroFloat32 = 0x1p-149, maxFloat64 = 0x1.fffffffffffffp1023,
    smallestNonzeroFloat64 = 5e-324, maxInt = math.maxinteger, minInt = math.mininteger, maxInt8 = 127, minInt8 = -128, maxInt16 = 32767,
    minInt16 = -32768, maxInt32 = 2147483647, minInt32 = -2147483648, maxInt64 = math.maxinteger, minInt64 = math.mininteger,
  }
  local functions = {}
  for name, f in next, ONE do
    -- They stand in inner loops: one call of ours for one of theirs.
    functions[name] = function(x, more)
      if x == nil or more ~= nil then T.fail("wrong number of arguments in call to 'user-function:" .. name .. "'") end
      if math_type(x) == "float" then return f(x) end
      return f(float(name, 1, x))
    end
  end
  for name, f in next, TWO do
    functions[name] = { 2, 2, function(x, y) return f(float(name, 1, x), float(name, 2, y)) end }
  end
  functions.ilogb = { 1, 1, function(x)
    x = float("ilogb", 1, x)
    if x == 0 then return -2147483648 end
    if x ~= x or abs(x) == huge then return 2147483647 end
    return floor(logb(x))
  end }
  functions.inf = { 1, 1, function(sign) return integer("inf", 1, sign) >= 0 and huge or -huge end }
  functions.is_inf = { 2, 2, function(x, sign)
    x, sign = float("is_inf", 1, x), integer("is_inf", 2, sign)
    return sign >= 0 and x == huge or sign <= 0 and x == -huge
  end }
  functions.is_nan = { 1, 1, function(x)
    x = float("is_nan", 1, x)
    return x ~= x
  end }
  functions.nan = { 0, 0, function() return NAN end }
  functions.signbit = { 1, 1, function(x) return is_negative(float("signbit", 1, x)) end }
  functions.ldexp = { 2, 2, function(x, e) return float("ldexp", 1, x) * 2.0 ^ integer("ldexp", 2, e) end }
  functions.pow10 = { 1, 1, function(n)
    n = integer("pow10", 1, n)
    if n < -323 then return 0.0 elseif n > 308 then return huge end
    return tonumber("1e" .. format("%d", n))
  end }
  functions.jn = { 2, 2, function(n, x) return jn(integer("jn", 1, n), float("jn", 2, x)) end }
  functions.yn = { 2, 2, function(n, x) return yn(integer("yn", 1, n), float("yn", 2, x)) end }
  return T.module_functions(module, functions)
end)

-- --- rand: the run's own random numbers; generators of a script's own seed are a linear congruence of 64 bits

local function generator(seed)
  -- SplitMix64: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators".
  local state = seed
  return function()
    state = state + 0x9e3779b97f4a7c15
    local z = state
    z = (z ~ z >> 30) * 0xbf58476d1ce4e5b9
    z = (z ~ z >> 27) * 0x94d049bb133111eb
    return z ~ z >> 31
  end
end
local c_random = math.random
local function functions_of(bits, reseed)
  local function unit() return (bits() >> 11) * 0x1p-53 end
  local function below(n)
    local limit = math.maxinteger - math.maxinteger % n
    local v
    repeat v = bits() >> 1 until v < limit
    return v % n
  end
  local function normal()
    local u, v, s
    repeat
      u, v = 2 * unit() - 1, 2 * unit() - 1
      s = u * u + v * v
    until s < 1 and s > 0
    return u * sqrt(-2 * log(s) / s)
  end
  return {
    int = { 0, 0, function() return bits() >> 1 end },
    float = { 0, 0, unit },
    intn = { 1, 1, function(n)
      n = integer("intn", 1, n)
      if n <= 0 then T.fail("invalid argument to intn: it must be greater than 0") end
      return below(n)
    end },
    exp_float = { 0, 0, function() return -log(1 - unit()) end },
    norm_float = { 0, 0, normal },
    perm = { 1, 1, function(n)
      n = integer("perm", 1, n)
      local made = {}
      for i = 0, n - 1 do
        local j = below(i + 1)
        made[i] = made[j]
        made[j] = i
      end
      return array(made)
    end },
    seed = { 1, 1, function(seed)
      reseed(integer("seed", 1, seed))
      return U
    end },
    read = { 1, 1, function() return T.new_error("bytes cannot be changed in place: use crypto.random_bytes") end },
  }
end
local function source(next_bits)
  local bits = next_bits
  return function() return bits() end, function(seed) bits = generator(seed) end
end
T.define_module("rand", function()
  local module = T.module_functions({}, functions_of(source(function() return c_random(0) end)))
  return T.module_functions(module, {
    rand = { 1, 1, function(seed)
      return T.immutable(map(T.module_functions({}, functions_of(source(generator(integer("rand", 1, seed)))))))
    end },
  })
end)

-- --- os: arguments and variables that the run was given; files by the bridge fs

local function from_fs(method, convert)
  return function(...)
    local fs = T.host.fs
    local f = type(fs) == "table" and fs[method]
    if type(f) ~= "function" then P.raise("method.unavailable", "files need the bridge fs, which is not part of this runtime") end
    local v = f(...)
    if kind(v) == "error" or not convert then return v end
    return convert(v)
  end
end
local function succeeded() return true end
local REFUSED = {
  "chdir", "chmod", "chown", "clearenv", "create", "exec", "exec_look_path", "find_process", "getegid", "geteuid", "getgid", "getgroups",
  "getpagesize", "getpid", "getppid", "getuid", "hostname", "lchown", "link", "open", "open_file", "readlink", "setenv", "start_process", "symlink",
  "truncate", "unsetenv", "exit",
}
T.define_module("os", function()
  local functions = {
    args = { 0, 0, function() return T.host.args end },
    environ = { 0, 0, function()
      local made, n = {}, 0
      for name, value in T.iterate(T.host.env) do
        made[n] = name .. "=" .. T.text_of(value)
        n = n + 1
      end
      return array(made)
    end },
    getenv = { 1, 1, function(name)
      local value = T.host.env[T.text_of(name)]
      return rawequal(value, U) and "" or value
    end },
    lookup_env = { 1, 1, function(name)
      local value = T.host.env[T.text_of(name)]
      return rawequal(value, U) and false or value
    end },
    expand_env = { 1, 1, function(s)
      local function value_of(name)
        local value = T.host.env[name]
        return rawequal(value, U) and "" or T.text_of(value)
      end
      s = string.gsub(T.text_of(s), "%${"$"}{([%w_]+)}", value_of)
      return (string.gsub(s, "%$([%w_]+)", value_of))
    end },
    getwd = { 0, 0, function() return "." end },
    temp_dir = { 0, 0, function() return "." end },
    read_file = { 1, 1, from_fs("read_bytes", function(v) return T.new_bytes(v) end) },
    mkdir = { 1, 2, function(path) return from_fs("mkdir", succeeded)(path) end },
    mkdir_all = { 1, 2, function(path) return from_fs("mkdir", succeeded)(path) end },
    remove = { 1, 1, from_fs("remove", succeeded) },
    remove_all = { 1, 1, function(path) return from_fs("remove", succeeded)(path, map { recursive = true }) end },
    rename = { 2, 2, from_fs("move", succeeded) },
    stat = { 1, 1, from_fs("stat") },
  }
  for _, name in next, REFUSED do
    functions[name] = { 0, math.maxinteger, function()
      P.raise("permission.denied", "os." .. name .. " is not for spells: what they reach outside goes through bridges", {
        hint = "Use fs, env, args and the other names of the script API.",
      })
    end }
  end
  return T.module_functions({
    platform = "llmspell", arch = "wasm", path_separator = T.CHARS[47], path_list_separator = T.CHARS[58], dev_null = "/dev/null",
    o_rdonly = 0, o_wronly = 1, o_rdwr = 2, o_append = 1024, o_create = 64, o_excl = 128, o_sync = 1052672, o_trunc = 512,
    seek_set = 0, seek_cur = 1, seek_end = 2,
    mode_dir = 2147483648, mode_append = 1073741824, mode_exclusive = 536870912, mode_temporary = 268435456, mode_symlink = 134217728,
    mode_device = 67108864, mode_named_pipe = 33554432, mode_socket = 16777216, mode_setuid = 8388608, mode_setgui = 4194304,
    mode_char_device = 2097152, mode_sticky = 1048576, mode_type = 2401763328, mode_perm = 511,
  }, functions)
end)
`;
