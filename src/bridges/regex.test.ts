import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { regexBridge } from "./regex.ts";

const { call, fail } = createBridgeHarness([regexBridge]);

describe("find", () => {
  test("tells text, position in code points, groups and names", () => {
    expect(call("regex.find", ["😀 key=value", "(?P<k>\\w+)=(?P<v>\\w+)(x)?"])).toEqual({
      text: "key=value",
      index: 2,
      stop: 11,
      spans: [[2, 11], [2, 5], [6, 11], null],
      groups: ["key", "value", null],
      named: { k: "key", v: "value" },
    });
    expect(call("regex.find", ["abc", "x"])).toBeNull();
  });

  test("findAll lists matches, up to a limit", () => {
    const all = call("regex.find_all", ["a1 😀b22 c3", "[a-z](\\d+)"]) as { text: string; index: number }[];
    expect(all.map(({ text, index }) => [text, index])).toEqual([
      ["a1", 0],
      ["b22", 4],
      ["c3", 8],
    ]);
    expect(call("regex.findAll", ["aaa", "a", { limit: 2 }])).toHaveLength(2);
    expect(call("regex.findAll", ["", "a"])).toEqual([]);
  });

  test("match wants the whole text", () => {
    expect(call("regex.match", ["2026-01", "(\\d+)-(\\d+)"])).toMatchObject({ groups: ["2026", "01"], stop: 7 });
    expect(call("regex.match", ["a|ab", "a|ab"])).toBeNull();
    expect(call("regex.match", ["ab", "a|ab"])).toMatchObject({ text: "ab" });
  });

  test("flags", () => {
    expect(call("regex.test", ["ABC", "abc"])).toBe(false);
    expect(call("regex.test", ["ABC", "abc", { flags: "i" }])).toBe(true);
    expect(call("regex.findAll", ["a\nb", "^.$", { flags: "m" }])).toHaveLength(2);
    expect(call("regex.test", ["a\nb", "a.b", { flags: "s" }])).toBe(true);
  });
});

describe("replace", () => {
  test("by a text with groups", () => {
    expect(call("regex.replace", ["John Smith", "(\\w+) (?P<last>\\w+)", "$<last> $1 $& $$ $"])).toBe(
      "Smith John John Smith $ $",
    );
    expect(call("regex.replace", ["aaa", "a", "b", { limit: 2 }])).toBe("bba");
    expect(call("regex.replace", ["x", "(x)", "$10"])).toBe("x0");
  });

  test("by a function, which may wait", async () => {
    const double = (text: string, match: { groups: string[] }) => `${text}${match.groups[0]}`;
    expect(call("regex.replace", ["a1b2", "([a-z])\\d", double])).toBe("a1ab2b");
    await expect(call("regex.replace", ["a1b2", "\\d", async (text: string) => Number(text) * 10])).resolves.toBe(
      "a10b20",
    );
    expect(call("regex.replace", ["abc", "b", () => null])).toBe("abc");
  });

  test("a group that is not there, and a function that returns an object, fail", async () => {
    expect((await fail("regex.replace", ["x", "x", "$1"])).message).toContain("no group 1");
    expect((await fail("regex.replace", ["x", "(x)", "$<a>"])).message).toContain('no group named "a"');
    expect((await fail("regex.replace", ["x", "x", () => ({})])).code).toBe("input.invalid");
    expect((await fail("regex.replace", ["x", "x", 5])).message).toContain("expected a text or a function");
  });
});

test("split", async () => {
  expect(call("regex.split", ["a, b;c", "[,;]\\s*"])).toEqual(["a", "b", "c"]);
  expect(call("regex.split", ["a,b,c", ",", { limit: 2 }])).toEqual(["a", "b,c"]);
  expect(call("regex.split", ["abc", ""])).toEqual(["a", "b", "c"]);
  expect(call("regex.split", ["", ","])).toEqual([""]);
  expect((await fail("regex.split", ["a", "["])).code).toBe("parse.invalid");
});

test("an escaped text matches itself and nothing more", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(call("regex.match", [text, call("regex.escape", [text])])).toMatchObject({ text });
    }),
  );
  expect(call("regex.test", ["abc", call("regex.escape", ["a.c"])])).toBe(false);
});

test.each([
  ["(a"],
  ["a**"],
  ["[z-a]"],
  ["(?=a)"],
  ["(a)\\1"],
  ["a{2000}"],
  ["((a{1,100}){1,100}){1,100}"],
  ["a".repeat(30_000)],
])("refuses the pattern %.20s", async (pattern) => {
  for (const name of ["test", "find", "match", "findAll"]) {
    expect(await fail(`regex.${name}`, ["a", pattern])).toMatchObject({ code: "parse.invalid" });
  }
});

test("explains what RE2 lacks, and unknown flags", async () => {
  expect((await fail("regex.test", ["a", "(?!a)"])).hint).toContain("lookaround");
  expect((await fail("regex.test", ["a", "a", { flags: "g" }])).message).toContain("only the flags");
  expect((await fail("regex.escape", [])).message).toContain("text is missing");
});

test("the classic killers of backtracking engines end at once", () => {
  const started = performance.now();
  expect(call("regex.test", [`${"a".repeat(100_000)}!`, "^(a+)+$"])).toBe(false);
  expect(call("regex.find", [`${"a".repeat(20_000)}!`, "^(a|aa)+$"])).toBeNull();
  expect(performance.now() - started).toBeLessThan(3000);
});
