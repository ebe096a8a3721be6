import { describe, expect, test } from "vitest";
import { LlmspellError } from "../../errors.ts";
import type { ScriptValue } from "../../values/script-value.ts";
import { FakeHost } from "./fake-host.ts";
import { createJavascriptEngine } from "./javascript-engine.ts";

const engine = createJavascriptEngine();

const MODULES: Record<string, string> = {
  "lib/math.js": "export const two = 2;\nexport default function double(x) { return x * two; }",
  "lib/deep.js": 'export { two as deep } from "./math.js"; export const where = "deep";',
  "typed.ts":
    'import type { X } from "./nowhere.ts";\nexport interface Y { a: string }\nexport const typed: number = await Promise.resolve(9);',
  "a.js": 'import { b } from "./b.js"; export const a = "a"; export const both = () => a + b;',
  "b.js": 'import { both } from "./a.js"; export const b = "b"; export const through = () => both();',
  "missing.js": '// first line\nimport "./nope.js";',
  "broken.js": "export const x = ;",
  "throws.js": "\nthrow new Error('while loading');",
  "deep.js": "// imports\n\nexport * from './throws.js';",
  "later.js": "export async function later() { await null; throw new Error('later'); }",
  "broken.json": '{\n  "a": 1,}',
  "broken.ts": "\nlet x: = 2;",
  "early.js": 'import { late } from "./late.js";\nexport const early = 1;',
  "late.js": 'import { early } from "./early.js";\nexport const late =\n  early + 1;',
  "data.json": '{"n": 1, "__proto__": {"x": 1}}',
  "count.js": "globalThis.loads = (globalThis.loads ?? 0) + 1; export const n = globalThis.loads;",
};

async function run(code: string, file = "main.js"): Promise<ScriptValue> {
  const host = new FakeHost();
  host.modules = MODULES;
  const vm = engine.open(host.options());
  try {
    return await vm.run({ code, file });
  } finally {
    vm.dispose();
  }
}

describe("a script", () => {
  test.each<[string, ScriptValue]>([
    ["return 5", 5],
    ["const x = await Promise.resolve(2); return x", 2],
    ["export default 3", 3],
    ["export default await Promise.resolve(4)", 4],
    ["export const x = 1", undefined],
    ["undeclared = 1; return undeclared", 1],
    ["if (true) return 'early'; return 'late'", "early"],
    ["// a comment at the end\nreturn 1 // so", 1],
    ["/* import x from 'y' */ return `export ${1}`", "export 1"],
    ['import double, { two } from "./lib/math.js"; export default double(two)', 4],
    ['import double, { two } from "./lib/math.js"; return double(two)', 4],
    ['import * as math from "./lib/math.js"\nif (math.two === 2) return "two"\nexport default "other"', "two"],
    ['import "./count.js"; if (false) return 1; export default (function () { return 2; })()', 2],
    ['import "./count.js"; if (false) return 1; export default function named() { return 2; }\n;return named()', 2],
    [
      'if (false) return 1;\nexport default {\n  a: 1,\n}\nexport const z = 2; import { deep as d } from "./lib/deep.js"',
      { a: 1 },
    ],
    [
      'import {\n  two, // a comment\n  default as double,\n} from "./lib/math.js";\nif (two) { return double(8); }',
      16,
    ],
    ['import { deep, where } from "./lib/deep.js"; return [deep, where]', [2, "deep"]],
    ['const m = await import("./lib/math.js"); return m.default(3)', 6],
    ['import { typed } from "./typed.ts"; return typed', 9],
    ['import { through } from "./b.js"; return through()', "ab"],
    ['import data from "./data.json"; return [data.n, Object.keys(data)]', [1, ["n", "__proto__"]]],
    ['import { n } from "./count.js"; return [n, (await import("./count.js")).n]', [1, 1]],
    ["#!/usr/bin/env llmspell\nreturn 1", 1],
  ])("%s", async (code, expected) => {
    expect(await run(code)).toEqual(expected);
  });

  test("in TypeScript may have types, imports and a top-level return together", async () => {
    const code =
      'import { two } from "./lib/math.js";\ninterface A { n: number }\nconst a = { n: two } as A;\nif (a.n > 5) return;\nreturn a.n satisfies number;';
    expect(await run(code, "main.ts")).toBe(2);
    expect(await run("const s: string = 'ü'; if (s) { return s as unknown as number }", "main.mts")).toBe("ü");
  });

  test("in TypeScript keeps lines and columns", async () => {
    const code = "type T = {\n  a: string;\n};\nconst f = (x: T | null): string => x!.a;\nreturn f(null);";
    await expect(run(code, "main.ts")).rejects.toMatchObject({
      frames: [{ file: "main.ts", line: 4, column: 36 }, { line: 5 }],
    });
  });
});

describe("an import", () => {
  test("that finds nothing names the importing line", async () => {
    await expect(run('const a = 1;\nimport "./nope.js"')).rejects.toMatchObject({
      code: "script.module_not_found",
      frames: [{ file: "main.js", line: 2, column: 8 }],
    });
    await expect(run('import "./missing.js"')).rejects.toMatchObject({
      code: "script.module_not_found",
      frames: [
        { file: "missing.js", line: 2 },
        { file: "main.js", line: 1, column: 8 },
      ],
    });
    expect(await run('return import("./nope.js").catch((e) => e.code)')).toBe("script.module_not_found");
  });

  test("of a module with an error says where it is", async () => {
    await expect(run('import "./broken.js"')).rejects.toMatchObject({
      code: "script.syntax",
      frames: [
        { file: "broken.js", line: 1 },
        { file: "main.js", line: 1 },
      ],
    });
    await expect(run('let x;\nx = await import("./broken.js")')).rejects.toMatchObject({
      code: "script.syntax",
      frames: [
        { file: "broken.js", line: 1 },
        { file: "main.js", line: 2 },
      ],
    });
    await expect(run('import "./broken.json"')).rejects.toMatchObject({
      code: "script.syntax",
      frames: [
        { file: "broken.json", line: 2, column: 10 },
        { file: "main.js", line: 1 },
      ],
    });
    await expect(run('import "./broken.ts"')).rejects.toMatchObject({
      code: "script.syntax",
      frames: [
        { file: "broken.ts", line: 2 },
        { file: "main.js", line: 1 },
      ],
    });
    await expect(run('import "./throws.js"')).rejects.toMatchObject({
      code: "script.error",
      message: "while loading",
      frames: [
        { file: "throws.js", line: 2 },
        { file: "main.js", line: 1, column: 8 },
      ],
    });
    await expect(run('\nawait import("./deep.js")')).rejects.toMatchObject({
      frames: [
        { file: "throws.js", line: 2 },
        { file: "deep.js", line: 3 },
        { file: "main.js", line: 2 },
      ],
    });
    const late = await run('import { later } from "./later.js"; await later()').catch((e: LlmspellError) => e.frames);
    expect(late).toEqual([expect.objectContaining({ file: "later.js", line: 1 })]);
    await expect(run('import { nothing } from "./lib/math.js"; return nothing')).rejects.toMatchObject({
      code: "script.syntax",
      message: expect.stringContaining("nothing") as string,
      frames: [{ file: "main.js", line: 1, column: 25 }],
    });
  });
});

test("what a cycle uses before it is there is named with its place", async () => {
  await expect(run('import { early } from "./early.js"; return early')).rejects.toMatchObject({
    message: expect.stringMatching(/early.*not initialized/) as string,
    frames: [{ file: "late.js", line: 3 }, { file: "early.js", line: 1 }, { file: "main.js" }],
  });
});

test("attributes of an import may say that it is JSON", async () => {
  expect(await run('import data from "./data.json" with { type: "json" }; return data.n')).toBe(1);
  expect(
    await run('const { default: data } = await import("./data.json", { with: { type: "json" } }); return data.n'),
  ).toBe(1);
});

describe("lines of errors", () => {
  test.each([
    ["\n  null.x", 2, 3],
    ['import "./count.js";\nif (0) return;\n  null.x', 3, 3],
    ['import "./count.js"\n\n  null.x', 3, 3],
    ['import {\n  two\n} from "./lib/math.js";\nif (two) null.x; return', 4, 10],
  ])("%j", async (code, line, column) => {
    await expect(run(code)).rejects.toMatchObject({ frames: [{ file: "main.js", line, column }] });
  });
});

describe("validateSyntax", () => {
  test.each([
    "return 1",
    "await 1; export default 2",
    'import x from "./unknown.js"; return x',
    "label: for (;;) break label",
    "const a = 1, b = /x}/.test('}'); return `${a}`",
    "",
  ])("accepts %s, without running it", (code) => {
    expect(engine.validateSyntax({ code, file: "x.js" })).toBeNull();
  });

  test.each([
    ["let x = ;", "x.js", 1],
    ["let a;\nlet a;", "x.js", 2],
    ["if (1) {\n", "x.js", 2],
    ["\n}\n", "x.js", 2],
    ["}); globalThis.escaped = 1; (async()=>{", "x.js", 1],
    ['import x from "./y.js";\nreturn x x', "x.js", 2],
    ["const x: number = ;", "x.ts", 1],
    ["let a = 1;\nenum E { A }", "x.ts", 2],
    ["let a: = 1;\nreturn", "x.ts", 1],
  ])("refuses %j of %s at line %i", (code, file, line) => {
    const error = engine.validateSyntax({ code, file });
    expect(error).toMatchObject({ code: "script.syntax", frames: [{ file, line }] });
    expect(error?.frames?.[0]?.column).toBeGreaterThan(0);
  });

  test("answers an error for what is nested too deeply to parse", () => {
    expect(engine.validateSyntax({ code: "(".repeat(200_000), file: "x.js" })).toBeInstanceOf(LlmspellError);
  });
});
