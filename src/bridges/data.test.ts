import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { TextValue } from "../values/script-value.ts";
import { dataBridge } from "./data.ts";

const harness = createBridgeHarness([dataBridge]);
const { call, fail } = harness;
const people = [
  { name: "Ada", age: 36, city: { name: "London" } },
  { name: "Bob", age: 20, city: { name: "Paris" } },
  { name: "Cy", age: null, city: { name: "London" } },
];
const upper = (text: string) => text.toUpperCase();
const isOdd = (n: number) => n % 2 === 1;

test.each([
  ["map", [["a", "b"], upper], ["A", "B"]],
  ["map", [{ x: 1, y: 2 }, (value: number, key: string) => `${key}${value}`], { x: "x1", y: "y2" }],
  ["map", [{}, upper], {}],
  ["map", [[], upper], []],
  ["flatMap", [[1, 2], (n: number) => [n, n * 10]], [1, 10, 2, 20]],
  ["flatMap", [[1, 2], (n: number) => n + 1], [2, 3]],
  ["filter", [[1, 2, 3], isOdd], [1, 3]],
  ["filter", [{ a: 1, b: 2 }, (value: number) => value > 1], { b: 2 }],
  ["filter", [people, { city: { name: "London" } }], [people[0], people[2]]],
  ["reject", [[1, 2, 3], isOdd], [2]],
  ["partition", [[1, 2, 3], isOdd], [[1, 3], [2]]],
  ["find", [people, { name: "Bob" }], people[1]],
  ["find", [[2, 4], isOdd], null],
  ["findIndex", [[2, 3], isOdd], 1],
  ["findIndex", [[2], isOdd], null],
  ["some", [[2, 3], isOdd], true],
  ["some", [[], isOdd], false],
  ["every", [[1, 3], isOdd], true],
  ["every", [{ a: 2 }, isOdd], false],
  ["reduce", [[1, 2, 3], (sum: number, n: number) => sum + n, 10], 16],
  ["reduce", [["a", "b"], (all: string, one: string) => all + one], "ab"],
  ["reduce", [[], isOdd], null],
  ["groupBy", [people, "city.name"], { London: [people[0], people[2]], Paris: [people[1]] }],
  ["groupBy", [[1, 2, 3], isOdd], { true: [1, 3], false: [2] }],
  ["keyBy", [people, "name"], { Ada: people[0], Bob: people[1], Cy: people[2] }],
  ["countBy", [["a", "b", "a"]], { a: 2, b: 1 }],
  ["countBy", [people, "age"], { "36": 1, "20": 1, nil: 1 }],
  ["sortBy", [people, "age"], [people[1], people[0], people[2]]],
  ["sortBy", [people, "age", { descending: true }], [people[0], people[1], people[2]]],
  [
    "sortBy",
    [people, ["city.name", (p: { name: string }) => p.name], { descending: true }],
    [people[1], people[2], people[0]],
  ],
  ["sortBy", [["b", "\u{1F600}", "\uffee", "a", "ab"]], ["a", "ab", "b", "\uffee", "\u{1F600}"]],
  ["sortBy", [[3, 1n, NaN, -5]], [-5, 1n, 3, NaN]],
  ["uniq", [[1, "1", 1, { a: 1, b: 2 }, { b: 2, a: 1 }, [1], [1]]], [1, "1", { a: 1, b: 2 }, [1]]],
  ["uniq", [people, "city.name"], [people[0], people[1]]],
  ["first", [[1, 2, 3]], 1],
  ["first", [[]], null],
  ["first", [[1, 2, 3], 2], [1, 2]],
  ["last", [[1, 2, 3]], 3],
  ["last", [[1, 2, 3], 0], []],
  ["slice", [[1, 2, 3], -2], [2, 3]],
  ["contains", [[{ a: 1 }], { a: 1 }], true],
  ["indexOf", [[1, [2]], [2]], 1],
  ["indexOf", [[1], 2], null],
  ["reverse", [[1, 2]], [2, 1]],
  ["compact", [[0, null, "", false]], [0, "", false]],
  ["concat", [[1], [2, 3], []], [1, 2, 3]],
  ["flatten", [[1, [2, [3]]]], [1, 2, [3]]],
  ["flatten", [[1, [2, [3]]], 2], [1, 2, 3]],
  ["chunk", [[1, 2, 3], 2], [[1, 2], [3]]],
  [
    "window",
    [[1, 2, 3], 2],
    [
      [1, 2],
      [2, 3],
    ],
  ],
  [
    "zip",
    [[1, 2], ["a"]],
    [
      [1, "a"],
      [2, null],
    ],
  ],
  ["range", [1, 3], [1, 2, 3]],
  ["range", [3, 1], [3, 2, 1]],
  ["range", [0, 0.3, 0.1], [0, 0.1, 0.2, 0.30000000000000004]],
  ["range", [1, 0, 1], []],
  [
    "union",
    [
      [1, 2],
      [2, 3],
    ],
    [1, 2, 3],
  ],
  [
    "intersection",
    [
      [1, { a: 1 }, 1],
      [{ a: 1 }, 1],
    ],
    [1, { a: 1 }],
  ],
  ["difference", [[1, 2, 2], [1]], [2, 2]],
  ["sum", [[1, 2, null]], 3],
  ["sum", [[0.1, 0.2, 0.3]], 0.6],
  ["sum", [[9007199254740991, 2]], 9007199254740993n],
  ["sum", [[{ n: 2 }, { n: 3 }], "n"], 5],
  ["mean", [[1, 2]], 1.5],
  ["mean", [[]], null],
  ["median", [[3, 1, 2]], 2],
  ["median", [[4, 1, 2, 3]], 2.5],
  ["min", [people, "age"], people[1]],
  ["max", [["a", "c", "b"]], "c"],
  ["max", [[]], null],
  ["keys", [{ b: 1, a: 2 }], ["b", "a"]],
  ["values", [{ b: 1, a: 2 }], [1, 2]],
  ["entries", [{ a: 1 }], [["a", 1]]],
  [
    "fromEntries",
    [
      [
        ["a", 1],
        [2, "b"],
      ],
    ],
    { a: 1, "2": "b" },
  ],
  ["pick", [{ a: 1, b: 2 }, ["a", "c"]], { a: 1 }],
  ["omit", [{ a: 1, b: 2 }, ["a"]], { b: 2 }],
  ["get", [{ a: [{ b: 1 }] }, "a.0.b"], 1],
  ["get", [{ a: [1, 2] }, "a.-1"], 2],
  ["get", [{ "x.y": 1 }, ["x.y"]], 1],
  ["get", [{ a: 1 }, "toString.name", "none"], "none"],
  ["has", [{ a: { b: false } }, "a.b"], true],
  ["has", [{ a: null }, "a"], false],
  ["set", [{ a: { b: 1 }, c: 2 }, "a.x.y", 3], { a: { b: 1, x: { y: 3 } }, c: 2 }],
  ["set", [[1, 2], "2", 3], [1, 2, 3]],
  ["unset", [{ a: { b: 1, c: 2 } }, "a.b"], { a: { c: 2 } }],
  ["unset", [{ a: [1, 2] }, "a.0"], { a: [2] }],
  ["unset", [{ a: 1 }, "x.y"], { a: 1 }],
  ["merge", [{ a: 1, b: 1 }, { b: 2 }, { c: 3 }], { a: 1, b: 2, c: 3 }],
  ["deepMerge", [{ a: { x: 1, l: [1] } }, { a: { y: 2, l: [2] } }], { a: { x: 1, y: 2, l: [2] } }],
  ["deepMerge", [{ l: [1] }, { l: [2] }, { arrays: "concat" }], { l: [1, 2] }],
  ["invert", [{ a: "x", b: 1 }], { x: "a", "1": "b" }],
  ["clone", [{ a: [1, new Date(0)] }], { a: [1, new Date(0)] }],
  [
    "equal",
    [
      { a: 1, b: [NaN] },
      { b: [NaN], a: 1n },
    ],
    true,
  ],
  ["equal", [{ a: 1 }, { a: 1, b: null }], true],
  ["equal", [new Uint8Array([1]), new Uint8Array([2])], false],
  ["equal", [new TextValue("x", {}), "x"], true],
  ["equal", [[1], { "0": 1 }], false],
  [
    "diff",
    [
      { a: 1, b: [1, 2], c: 3 },
      { a: 2, b: [1], d: 4 },
    ],
    [
      { path: ["a"], kind: "changed", before: 1, after: 2 },
      { path: ["b", 1], kind: "removed", before: 2 },
      { path: ["c"], kind: "removed", before: 3 },
      { path: ["d"], kind: "added", after: 4 },
    ],
  ],
  ["diff", [{ a: 1 }, { a: 1 }], []],
  ["size", [{ a: 1, b: 2 }], 2],
  ["isEmpty", [{}], true],
  ["isEmpty", [0], false],
] as const)("data.%s %#", (name, args, expected) => {
  expect(call(`data.${name}`, args)).toEqual(expected);
});

test("every method refuses a missing or wrong argument", async () => {
  const takesAnything = new Set(["clone", "equal", "isEmpty", "diff"]);
  const variadic = new Set(["concat", "zip", "union", "merge"]);
  for (const name of Object.keys(dataBridge.methods)) {
    if (takesAnything.has(name)) continue;
    expect([name, (await fail(`data.${name}`, variadic.has(name) ? [5] : [])).code]).toEqual([name, "input.invalid"]);
  }
  for (const name of takesAnything)
    expect([name, (await fail(`data.${name}`, [1, 2, 3])).code]).toEqual([name, "input.invalid"]);
});

test("each visits in order and answers nil", () => {
  const seen: unknown[] = [];
  expect(
    call("data.each", [
      { a: 1, b: 2 },
      (value: number, key: string) => {
        seen.push([key, value]);
      },
    ]),
  ).toBeNull();
  expect(seen).toEqual([
    ["a", 1],
    ["b", 2],
  ]);
});

describe("functions", () => {
  test("may wait: then the call waits, one item after the other", async () => {
    const order: string[] = [];
    const slow = async (n: number) => {
      order.push(`start ${n}`);
      await Promise.resolve();
      order.push(`end ${n}`);
      return n * 2;
    };
    await expect(call("data.map", [[1, 2], slow])).resolves.toEqual([2, 4]);
    expect(order).toEqual(["start 1", "end 1", "start 2", "end 2"]);
    await expect(call("data.filter", [[1, 2], async (n: number) => n > 1])).resolves.toEqual([2]);
    await expect(call("data.sortBy", [[1, 2], async (n: number) => -n])).resolves.toEqual([2, 1]);
    await expect(call("data.reduce", [[1, 2], async (a: number, b: number) => a + b])).resolves.toBe(3);
  });

  test("raise through the call, and are given back", async () => {
    expect(
      (
        await fail("data.map", [
          [1],
          () => {
            throw new Error("broken");
          },
        ])
      ).message,
    ).toContain("broken");
    expect(
      (
        await fail("data.map", [
          [1],
          async () => {
            throw new Error("later");
          },
        ])
      ).message,
    ).toContain("later");
    expect(harness.liveFunctions()).toBe(0);
  });

  test("decide with true, false or nil only: languages differ in what else counts as true", async () => {
    expect((await fail("data.filter", [[1], () => 0])).message).toBe(
      "data.filter: the function must return true, false or nil, it returned 0",
    );
    expect(call("data.filter", [[1], () => null])).toEqual([]);
  });
});

test("mixed kinds have no order, sums want numbers, keys want scalars", async () => {
  expect((await fail("data.sortBy", [[1, "a"]])).message).toContain("kinds");
  expect((await fail("data.max", [[[1], [2]]])).code).toBe("input.invalid");
  expect((await fail("data.sum", [["1"]])).message).toBe('data.sum: "1" is no number');
  expect((await fail("data.groupBy", [[{ a: {} }], "a"])).code).toBe("input.invalid");
  expect((await fail("data.set", [{ a: 1 }, "a.b", 2])).message).toContain("cannot be reached");
  expect((await fail("data.set", [[1], "5", 2])).message).toContain("no position");
});

test("too many elements are refused before they are made", async () => {
  expect((await fail("data.range", [0, 1e12])).code).toBe("value.too_large");
  expect((await fail("data.range", [0, 1, 0])).code).toBe("value.too_large");
  expect((await fail("data.window", [Array(10_000).fill(0), 5000])).code).toBe("value.too_large");
});

test("__proto__ is a key like others, and no prototype is changed", () => {
  const evil = JSON.parse('{"__proto__": {"polluted": 1}}') as object;
  const own = (value: unknown) => Object.keys(value as object);
  expect(own(call("data.merge", [evil]))).toEqual(["__proto__"]);
  expect(own(call("data.deepMerge", [{}, evil]))).toEqual(["__proto__"]);
  expect(own(call("data.deepMerge", [evil, evil]))).toEqual(["__proto__"]);
  expect(own(call("data.clone", [evil]))).toEqual(["__proto__"]);
  expect(own(call("data.set", [{}, "__proto__.polluted", 1]))).toEqual(["__proto__"]);
  expect(own(call("data.pick", [evil, ["__proto__"]]))).toEqual(["__proto__"]);
  expect(own(call("data.omit", [evil, ["__proto__"]]))).toEqual([]);
  expect(own(call("data.groupBy", [["__proto__"], (key: string) => key]))).toEqual(["__proto__"]);
  expect(own(call("data.fromEntries", [[["__proto__", 1]]]))).toEqual(["__proto__"]);
  expect(call("data.get", [{}, "__proto__.constructor"])).toBeNull();
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("nothing given is changed", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue()),
      fc.dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue()),
      (left, right) => {
        const [a, b] = [{ ...left }, { ...right }];
        const before = JSON.stringify([a, b]);
        call("data.deepMerge", [a, b, { arrays: "concat" }]);
        call("data.set", [a, "a1.b", 1]);
        call("data.unset", [a, "a"]);
        expect(JSON.stringify([a, b])).toBe(before);
        expect(call("data.equal", [a, b])).toBe((call("data.diff", [a, b]) as unknown[]).length === 0);
        expect(call("data.equal", [a, call("data.clone", [a])])).toBe(true);
      },
    ),
  );
});
