import { afterAll, expect, it } from "vitest";
import { createRuntime } from "../../src/index.ts";

const runtime = createRuntime({ limits: { cpuMs: 1000, memoryBytes: 32 * 1024 * 1024 } });
afterAll(() => runtime.shutdown());

const CYCLE = "a := {}; a.x = a; b := {}; b.x = b;";

it.each([
  ["for {}", "limit.cpu"],
  ["f := func(n) { return 1 + f(n + 1) }; f(0)", "limit.recursion"],
  ['s := "x"; for { s += s }', "limit.memory"],
  ["a := [1]; for { a = append(a, a...) }", "limit.memory"],
  ["range(0, 1000000000)", "limit.memory"],
  ["bytes(2000000000)", "limit.memory"],
  ['import("text").repeat("x", 2000000000)', "limit.memory"],
  [`${CYCLE} a == b`, "script.error"],
  [`${CYCLE} string(a)`, "script.error"],
  [`${CYCLE} copy(a)`, "script.error"],
  [`${CYCLE} freeze(a)`, "script.error"],
  [`${CYCLE} format("%v", a)`, "script.error"],
  [`${CYCLE} export a`, "value.cycle"],
  [`export ${"(".repeat(5000)}1${")".repeat(5000)}`, "script.syntax"],
  [`${"if true {".repeat(500)}${"}".repeat(500)}`, "script.syntax"],
  [`x := 1${" + 1".repeat(50_000)}`, "script.syntax"],
  ["export __tengo", "script.syntax"],
  ["export getmetatable", "script.syntax"],
  ["fs.read = 1", "script.error"],
  ['x := "a"; export x.format', "script.error"],
  ['x := fs.read("nowhere"); x.content', "script.error"],
])("%.60s ends with %s", async (code, error) => {
  const result = await runtime.exec(code, { engine: "tengo" });
  expect(result).toMatchObject({ ok: false, error: { code: error } });
});

it("takes long chains, long lists and many variables", async () => {
  const chain = Array.from({ length: 1000 }, (_, i) => `if x == ${i} { y = ${i} }`).join(" else ");
  const initialized = Array.from({ length: 200 }, (_, i) => `if v := x; v == ${i} { y += ${i} }`).join(" else ");
  const variables = Array.from({ length: 2000 }, (_, i) => `v${i} := ${i}`).join("\n");
  const code = `x := 150; y := 0; ${chain}\n${initialized}\n${variables}\nf := func() { return v0 + v1999 }\nexport [y, f(), len([${"1, ".repeat(20_000)}1])]`;
  expect(await runtime.exec(code, { engine: "tengo" })).toMatchObject({ ok: true, value: [300, 1999, 20_001] });
});

it("tells what an error said that nobody looked at", async () => {
  const result = await runtime.exec('x := fs.read("nowhere")\nlen(x)', { engine: "tengo" });
  expect(result).toMatchObject({
    ok: false,
    error: { frames: [{ line: 2, column: 1 }], hint: expect.stringContaining('cannot read "nowhere"') as string },
  });
});
