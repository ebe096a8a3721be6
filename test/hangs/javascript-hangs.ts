import type { Hang } from "./catalogue.ts";

const CPU = ["limit.cpu"];
const MEMORY = ["limit.memory"];
const RECURSION = ["limit.recursion"];
/** Where speed decides which limit comes first. */
const EITHER = [...CPU, ...MEMORY];

/** What never ends. */
const ENDLESS: readonly Omit<Hang, "engine">[] = [
  { name: "an endless loop", code: "for (;;);", ends: CPU },
  {
    name: "an endless loop that catches everything",
    code: "for (;;) try { for (;;); } catch {} finally { continue; }",
    ends: CPU,
  },
  { name: "finally that goes on", code: "for (;;) try { return 1; } finally { continue; }", ends: CPU },
  { name: "reverse of a huge length", code: "[].reverse.call({ length: 2 ** 53 - 1 })", ends: CPU },
  { name: "sort of a huge length", code: "[].sort.call({ length: 2 ** 31 })", ends: CPU },
  { name: "indexOf in a huge length", code: "[].indexOf.call({ length: 2 ** 53 - 1 }, 1)", ends: CPU },
  { name: "includes in a huge length", code: "[].includes.call({ length: 2 ** 53 - 1 }, 1)", ends: CPU },
  { name: "copyWithin of a huge length", code: "[].copyWithin.call({ length: 2 ** 53 - 1 }, 0, 1)", ends: CPU },
  { name: "splice of a huge length", code: "[].splice.call({ length: 2 ** 52 }, 0, 1)", ends: CPU },
  { name: "unshift before a huge length", code: "[].unshift.call({ length: 2 ** 52 }, 1)", ends: CPU },
  { name: "forEach over holes", code: "const a = []; a.length = 2 ** 32 - 1; a.forEach(() => {})", ends: CPU },
  { name: "join of 1e9 holes", code: "return Array(1e9).join('').length", ends: EITHER },
  { name: "join with a long text", code: "return Array(1e9).join('x'.repeat(1000)).length", ends: EITHER },
  {
    name: "exponential JSON",
    code: "let o = {}; for (let i = 0; i < 60; i++) o = { a: o, b: o }; return JSON.stringify(o).length",
    ends: EITHER,
  },
  { name: "indexOf of a long text", code: "return ('a'.repeat(4e6) + 'c').indexOf('a'.repeat(2e6) + 'b')", ends: CPU },
  {
    name: "sort of strings that are nearly equal",
    code: "const s = 'x'.repeat(2e4); const a = Array.from({ length: 300 }, (_, i) => s + i); for (;;) a.reverse().sort()",
    ends: CPU,
  },
  { name: "sort with a comparator that hangs", code: "[2, 1].sort(() => { for (;;); })", ends: CPU },
  { name: "exponential backtracking", code: "return /^(a+)+$/.test('a'.repeat(40) + 'b')", ends: CPU },
  {
    name: "backtracking over nested counts",
    code: "return /^(?:a{0,100}){0,100}b$/.test('a'.repeat(5000))",
    ends: CPU,
  },
  {
    name: "exponential replace",
    code: "return 'a'.repeat(40).replace(/^(a|a)*$/g, 'x') + /(x+x+)+y/.exec('x'.repeat(60))",
    ends: CPU,
  },
  { name: "BigInts to text", code: "const x = 3n ** 600000n; for (;;) x.toString()", ends: CPU },
  { name: "a Proxy trap that hangs", code: "return new Proxy({}, { get() { for (;;); } }).x", ends: CPU },
  { name: "a getter that hangs", code: "return { get x() { for (;;); } }.x", ends: CPU },
  { name: "toString that hangs", code: "return `${{ toString() { for (;;); } }}`", ends: CPU },
  { name: "toPrimitive that hangs", code: "return +{ [Symbol.toPrimitive]() { for (;;); } }", ends: CPU },
  { name: "toJSON that hangs", code: "return JSON.stringify({ toJSON() { for (;;); } })", ends: CPU },
  { name: "a generator that never ends", code: "for (const _ of (function* () { for (;;) yield 1; })());", ends: CPU },
  {
    name: "an async generator that never ends",
    code: "for await (const _ of (async function* () { for (;;) yield 1; })());",
    ends: CPU,
  },
  {
    name: "microtasks without end",
    code: "const f = () => Promise.resolve().then(f); f(); await new Promise(() => {})",
    ends: EITHER,
  },
  { name: "a thenable that hangs", code: "await { then() { for (;;); } }", ends: CPU },
  {
    name: "a thenable that resolves with itself",
    code: "const t = { then(resolve) { resolve(t); } }; await t",
    ends: CPU,
  },
  {
    name: "async recursion through await",
    code: "const f = async () => { await null; return f(); }; await f()",
    ends: EITHER,
  },
  { name: "a result whose keys hang", code: "return new Proxy({}, { ownKeys() { for (;;); } })", ends: CPU },
  { name: "a result whose getter hangs", code: "return { get x() { for (;;); } }", ends: CPU },
  { name: "an error whose message hangs", code: "throw { get message() { for (;;); } }", ends: CPU },
  { name: "an error whose text hangs", code: "throw { toString() { for (;;); } }", ends: [...CPU, "script.error"] },
  { name: "an argument that hangs", code: "json.encode({ get x() { for (;;); } })", ends: CPU },
  {
    name: "console.log of what hangs",
    code: "console.log({ toString() { for (;;); }, get x() { for (;;); } })",
    ends: [...CPU, "ok"],
  },
  {
    name: "a finalizer that hangs",
    code: "new FinalizationRegistry(() => { for (;;); }).register({}, 1); await null; return 1",
    ends: [...CPU, "ok", "script.error"],
  },
  {
    name: "a set that grows while it is walked",
    code: "const s = new Set([0]); for (const x of s) { s.delete(x); s.add(x + 1); }",
    ends: CPU,
  },
];

/** What grows without end. */
const GROWING: readonly Omit<Hang, "engine">[] = [
  { name: "a string that doubles", code: "let s = 'x'; for (;;) s = `${s}${s}`", ends: [...MEMORY, "script.error"] },
  { name: "repeat of 512 MB", code: "return 'x'.repeat(2 ** 29).length", ends: MEMORY },
  { name: "padStart of 512 MB", code: "return 'x'.padStart(2 ** 29).length", ends: MEMORY },
  {
    name: "replaceAll that multiplies",
    code: "const s = 'a'.repeat(1e4); return s.replaceAll('a', s).length",
    ends: MEMORY,
  },
  { name: "split into characters", code: "return 'ab'.repeat(2e6).split('').length", ends: MEMORY },
  { name: "an array that grows", code: "const a = []; for (;;) a.push(a.length)", ends: MEMORY },
  { name: "fill of 1e9", code: "return new Array(1e9).fill(0).length", ends: EITHER },
  { name: "Array.from a huge length", code: "return Array.from({ length: 1e9 }).length", ends: EITHER },
  { name: "spread of 1e9 holes", code: "return [...Array(1e9)].length", ends: EITHER },
  {
    name: "arguments by the million",
    code: "return Math.max(...Array(3e6).fill(1))",
    ends: [...MEMORY, ...RECURSION, "script.error"],
  },
  { name: "typed arrays of 1 GB", code: "return new Float64Array(2 ** 27).length", ends: MEMORY },
  { name: "typed arrays without end", code: "const a = []; for (;;) a.push(new Uint8Array(65536))", ends: MEMORY },
  { name: "a BigInt that squares", code: "let x = 3n; for (;;) x *= x", ends: [...EITHER, "script.error"] },
  { name: "promises without end", code: "const a = []; for (;;) a.push(new Promise(() => {}))", ends: MEMORY },
  {
    name: "generators without end",
    code: "const a = []; for (;;) a.push((function* () { yield a; })().next())",
    ends: MEMORY,
  },
  { name: "closures without end", code: "let f = () => 0; for (;;) { const g = f; f = () => g; }", ends: MEMORY },
  {
    name: "a destructured iterator that never ends",
    code: "const [...a] = { [Symbol.iterator]: () => ({ next: () => ({ value: 1, done: false }) }) }",
    ends: MEMORY,
  },
  {
    name: "a Map that grows",
    code: "const m = new Map(); for (let i = 0; ; i++) m.set(`key ${i}`, { i })",
    ends: MEMORY,
  },
  {
    name: "regular expressions without end",
    code: "const a = []; for (let i = 0; ; i++) a.push(new RegExp(`(a{${i}})`))",
    ends: [...MEMORY, "script.error"],
  },
];

/** What calls itself, floods the host or makes a result of no size. */
const OTHERS: readonly Omit<Hang, "engine">[] = [
  { name: "recursion", code: "const f = () => f() + 1; return f()", ends: RECURSION },
  { name: "async recursion", code: "const f = async () => { await f(); }; await f()", ends: [...RECURSION, ...MEMORY] },
  { name: "a getter that asks itself", code: "const o = { get x() { return this.x; } }; return o.x", ends: RECURSION },
  {
    name: "proxies in proxies",
    code: "let p = {}; for (let i = 0; i < 50000; i++) p = new Proxy(p, {}); return p.x",
    ends: [...RECURSION, ...MEMORY],
  },
  { name: "flat of a ring", code: "const a = []; a.push(a); return a.flat(Infinity)", ends: RECURSION },
  { name: "brackets in JSON", code: "return JSON.parse('['.repeat(1e6))", ends: [...RECURSION, "script.error"] },
  { name: "brackets in source", code: "return (0, eval)('('.repeat(1e6))", ends: [...RECURSION, "script.error"] },
  {
    name: "a pattern of brackets",
    code: "return new RegExp('(?:'.repeat(1e5) + ')'.repeat(1e5))",
    ends: [...RECURSION, "script.error"],
  },
  { name: "a constructor that makes itself", code: "class A { x = new A(); } return new A()", ends: RECURSION },

  {
    name: "output without end",
    code: "for (;;) console.log('x'.repeat(1000))",
    ends: ["limit.output", "limit.host_memory"],
  },
  { name: "calls without end", code: "for (;;) util.sleep(100000)", ends: ["limit.host_calls", ...MEMORY] },
  {
    name: "a result that is shared in itself",
    code: "let o = ['x']; for (let i = 0; i < 60; i++) o = [o, o]; return o",
    ends: ["value.too_large"],
  },
  {
    name: "a result of empty things",
    code: "let o = ''; for (let i = 0; i < 60; i++) o = [o, o, [], {}]; return o",
    ends: ["value.too_large"],
  },
  {
    name: "a result that is very deep",
    code: "let o = []; for (let i = 0; i < 50000; i++) o = [o]; return o",
    ends: ["value.too_deep"],
  },
];

/** Hangs and bombs of the JavaScript language and its library. */
export const JAVASCRIPT_HANGS: readonly Omit<Hang, "engine">[] = [
  ...ENDLESS,
  ...[...GROWING, ...OTHERS].map((bomb) => ({ cpuMs: 5000, ...bomb })),
];
