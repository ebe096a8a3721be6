import { expect, test } from "vitest";
import type { LlmspellError } from "../errors.ts";
import type { Parameter } from "./manifest.ts";
import { type GivenParameter, resolveParameters } from "./parameters.ts";

const DECLARED: Parameter[] = [
  { name: "topic", type: "string", required: true, maxLength: 10 },
  { name: "max_results", type: "integer", min: 1, max: 50, default: 5 },
  { name: "ratio", type: "number" },
  { name: "deep", type: "boolean" },
  { name: "tags", type: "array", items: { type: "string" } },
  { name: "size", type: "enum", enum: ["small", "large", 3] },
  { name: "options", type: "object", properties: [{ name: "colour", type: "string", required: true }] },
  { name: "code", type: "string", pattern: "^(a+)+$" },
  { name: "mail", type: "string", format: "email" },
  { name: "notes", type: "file" },
];

const resolve = (given: GivenParameter[], declared = DECLARED) =>
  resolveParameters(declared, given, {
    spell: "research",
    fileProblem: (path) => (path === "there.md" ? undefined : `there is no ${path}`),
  });
const texts = (given: Record<string, string>): GivenParameter[] =>
  Object.entries({ topic: "tides", ...given }).map(([name, text]) => ({ name, text }));

async function problems(given: GivenParameter[], declared = DECLARED): Promise<unknown> {
  const error = (await resolve(given, declared).catch((thrown: unknown) => thrown)) as LlmspellError;
  expect(error.code).toBe("params.invalid");
  return error.details?.["problems"];
}

test("texts are read by the declared type, defaults filled in", async () => {
  const given = texts({
    ratio: "1.5e1",
    deep: "yes",
    tags: "a, b",
    size: "3",
    options: '{"colour": "red"}',
    code: "aaa",
    mail: "ada@example.com",
    notes: "there.md",
  });
  expect(await resolve(given)).toEqual({
    topic: "tides",
    max_results: 5,
    ratio: 15,
    deep: true,
    tags: ["a", "b"],
    size: 3,
    options: { colour: "red" },
    code: "aaa",
    mail: "ada@example.com",
    notes: "there.md",
  });
});

test("names may be spelled as flags, lists add up, JSON is JSON", async () => {
  const given: GivenParameter[] = [
    { name: "topic", text: "5" },
    { name: "max-results", text: "7" },
    { name: "tags", text: "a" },
    { name: "tags", text: '["b,c"]' },
    { name: "ratio", json: "2.5" },
    { name: "deep", value: null },
  ];
  expect(await resolve(given)).toEqual({ topic: "5", max_results: 7, tags: ["a", "b,c"], ratio: 2.5 });
});

test("integers of 64 bits stay exact", async () => {
  const declared: Parameter[] = [{ name: "n", type: "integer" }];
  expect(await resolve([{ name: "n", text: "9223372036854775807" }], declared)).toEqual({ n: 9223372036854775807n });
  expect(await resolve([{ name: "n", text: "-3" }], declared)).toEqual({ n: -3 });
});

test.each<[Record<string, string>, string]>([
  [{ max_results: "many" }, 'max_results wants a whole number from 1 to 50, got "many"'],
  [{ max_results: "51" }, "max_results wants a whole number from 1 to 50, got 51"],
  [{ max_results: "1.5" }, "max_results wants a whole number from 1 to 50, got 1.5"],
  [{ max_results: "" }, 'max_results wants a whole number from 1 to 50, got ""'],
  [{ ratio: "0x10" }, 'ratio wants a number, got "0x10"'],
  [{ ratio: "1e999" }, 'ratio wants a number, got "1e999"'],
  [{ ratio: "NaN" }, 'ratio wants a number, got "NaN"'],
  [{ deep: "maybe" }, 'deep wants true or false, got "maybe"'],
  [{ tags: "[1]" }, "tags[0] wants a text, got 1"],
  [{ tags: "[1" }, "tags wants JSON: "],
  [{ size: "medium" }, 'size wants one of small, large, 3, got "medium"'],
  [{ options: "red" }, 'options wants an object with colour, got "red"'],
  [{ options: '{"color": 1}' }, 'options has no property "color" (did you mean "colour"?)'],
  [{ topic: "a very long topic" }, 'topic wants a text of at most 10 characters, got "a very long topic"'],
  [{ code: `${"a".repeat(5000)}!` }, "code wants a text that matches ^(a+)+$"],
  [{ mail: "ada@" }, 'mail wants an e-mail address, got "ada@"'],
  [{ notes: "gone.md" }, "notes wants a file: there is no gone.md"],
  [{ max_result: "1" }, "there is no parameter max_result (did you mean max_results?)"],
  [{ zebra: "1" }, "there is no parameter zebra"],
  [{ __proto__x: "1" }, "there is no parameter __proto__x"],
])("%j: %s", async (given, expected) => {
  expect(await problems(texts(given))).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
});

test("all problems are named at once, a missing parameter among them", async () => {
  const given: GivenParameter[] = [
    { name: "max_results", text: "x" },
    { name: "ratio", text: "y" },
  ];
  expect(await problems(given)).toEqual([
    'max_results wants a whole number from 1 to 50, got "x"',
    'ratio wants a number, got "y"',
    "topic is missing: it wants a text of at most 10 characters",
  ]);
});

test("values of a program are not converted", async () => {
  expect(await problems([{ name: "topic", value: 5 }])).toEqual(["topic wants a text of at most 10 characters, got 5"]);
});

test("a spell that declares none takes any, __proto__ included", async () => {
  const params = await resolve(
    [
      { name: "__proto__", text: "x" },
      { name: "any", json: "[1]" },
    ],
    [],
  );
  expect(Object.entries(params)).toEqual([
    ["__proto__", "x"],
    ["any", [1]],
  ]);
  expect(Object.getPrototypeOf(params)).toBe(Object.prototype);
});

test.each<[NonNullable<Parameter["format"]>, string[], string[]]>([
  ["email", ["a@b.c", "a.b+c@x.example"], ["@b.c", "a b@c.d", "a@-b"]],
  ["uri", ["https://x.example/a?b", "mailto:a@b"], ["x.example", "http://a b", "//x"]],
  ["date", ["2026-02-28"], ["2026-02-30", "2026-2-3", "today"]],
  ["time", ["18:00", "18:00:01.5Z", "18:00+02:00"], ["24:00", "6pm"]],
  ["date-time", ["2026-11-30T18:00:00Z"], ["2026-11-30", "2026-13-30T18:00:00Z"]],
  ["uuid", ["123e4567-e89b-12d3-a456-426614174000"], ["123e4567"]],
  ["hostname", ["a.example", "localhost"], ["a..b", "-a", "a b"]],
])("the format %s", async (format, good, bad) => {
  const declared: Parameter[] = [{ name: "x", type: "string", format }];
  for (const text of good) expect(await resolve([{ name: "x", text }], declared)).toEqual({ x: text });
  for (const text of bad) expect(await problems([{ name: "x", text }], declared)).toHaveLength(1);
});
