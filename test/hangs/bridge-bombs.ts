import type { Hang } from "./catalogue.ts";

/** What a bridge refuses, or a limit stops. */
const REFUSED = ["input.invalid", "value.too_large", "value.too_deep", "parse.invalid", "limit.memory", "limit.cpu"];

/** Hangs and bombs that make the host's side work: each must be refused, bounded, or stopped like the VM itself. */
export const BRIDGE_BOMBS: readonly Hang[] = [
  {
    name: "edit distance of long texts",
    engine: "lua",
    code: "return text.distance(('ab'):rep(300000), ('ba'):rep(300000))",
    ends: REFUSED,
  },
  {
    name: "a difference of long texts",
    engine: "lua",
    code: "local a, b = {}, {} for i = 1, 60000 do a[i] = 'a' .. i b[i] = 'b' .. i end return #text.diff(table.concat(a, '\\n'), table.concat(b, '\\n'))",
    ends: [...REFUSED, "ok"],
  },
  {
    name: "text repeated a billion times",
    engine: "javascript",
    code: "return text.replicate('abcdefgh', 1e9).length",
    ends: REFUSED,
  },
  { name: "a range of a billion", engine: "javascript", code: "return data.range(0, 1e9).length", ends: REFUSED },
  { name: "a billion random bytes", engine: "lua", code: "return #crypto.random_bytes(1000000000)", ends: REFUSED },
  {
    name: "a replacement that multiplies",
    engine: "javascript",
    code: "const s = 'a'.repeat(20000); return regex.replace(s, 'a', s).length",
    ends: REFUSED,
  },
  {
    name: "a pattern that backtracks elsewhere",
    engine: "lua",
    code: "return regex.test(('a'):rep(100000) .. 'b', '^(a+)+$')",
    ends: ["ok"],
  },
  {
    name: "a pattern with large counts",
    engine: "javascript",
    code: "return regex.test('a', '((a{1000}){1000}){1000}')",
    ends: REFUSED,
  },
  {
    name: "brackets in JSON on the host",
    engine: "lua",
    code: "return json.decode(('['):rep(1000000))",
    ends: REFUSED,
  },
  {
    name: "closed brackets in JSON on the host",
    engine: "javascript",
    code: "return json.decode('['.repeat(1e5) + ']'.repeat(1e5))",
    ends: REFUSED,
  },
  {
    name: "aliases of aliases in YAML",
    engine: "lua",
    code: "local t = { 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]' } for i = 1, 12 do t[#t + 1] = ('a%d: &a%d [%s]'):format(i, i, (('*a%d, '):format(i - 1)):rep(10):sub(1, -3)) end return yaml.decode(table.concat(t, '\\n'))",
    ends: REFUSED,
  },
  { name: "brackets in YAML", engine: "javascript", code: "return yaml.decode('['.repeat(1e5))", ends: REFUSED },
  {
    name: "a template that loops",
    engine: "javascript",
    code: "return template.render('{% for i in (1..1000000000) %}x{% endfor %}', {}).length",
    ends: REFUSED,
  },
  {
    name: "a template that nests loops",
    engine: "lua",
    code: "local n = '{% for i in (1..1000) %}' return #template.render(n:rep(5) .. 'x' .. ('{% endfor %}'):rep(5), {})",
    ends: REFUSED,
  },
  {
    name: "a callback that hangs inside a call",
    engine: "javascript",
    code: "return data.map([1], () => { for (;;); })",
    ends: ["limit.cpu"],
  },
  {
    name: "a callback that calls back",
    engine: "lua",
    code: "local function f(x) return data.map({ x }, f) end return f(1)",
    ends: ["limit.recursion", "engine.failed", ...REFUSED],
  },
  {
    name: "a state that grows",
    engine: "javascript",
    code: "for (let i = 0; ; i++) state.set(`k${i}`, 'x'.repeat(1e5))",
    ends: ["limit.host_memory"],
    cpuMs: 5000,
  },
  {
    name: "a cache that grows",
    engine: "lua",
    code: "for i = 1, math.huge do cache.set('k' .. i, ('x'):rep(10000)) end",
    ends: ["limit.host_calls", "limit.host_memory"],
    cpuMs: 20_000,
  },
  {
    name: "as many matches as letters",
    engine: "lua",
    code: "return #regex.find_all(('a'):rep(4000000), 'a')",
    ends: ["limit.host_memory", ...REFUSED],
    cpuMs: 5000,
  },
  {
    name: "a log of what is shared in itself",
    engine: "javascript",
    code: "let o = ['x']; for (let i = 0; i < 60; i++) o = [o, o]; log.info('x', { o })",
    ends: REFUSED,
    cpuMs: 5000,
  },
  {
    name: "an error whose details are shared in themselves",
    engine: "lua",
    code: "local t = { 'x' } for _ = 1, 60 do t = { t, t } end error({ code = 'a.b', message = 'm', details = t })",
    ends: ["a.b", ...REFUSED],
    cpuMs: 5000,
  },
  {
    name: "an error with a very long stack",
    engine: "javascript",
    code: "const e = new Error('x'); e.stack = 'at f (a.js:1:1)\\n'.repeat(2e5); throw e",
    ends: ["script.error", ...REFUSED],
    cpuMs: 5000,
  },
];
