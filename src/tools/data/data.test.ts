import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { csvQuery } from "./csv-query.ts";
import { dataStatistics } from "./data-statistics.ts";
import { dataTransform } from "./data-transform.ts";
import { dataValidate } from "./data-validate.ts";
import { jsonDiff, jsonPatch } from "./json-patch.ts";
import { jsonQuery } from "./json-query.ts";
import { xmlQuery } from "./xml-query.ts";

const CSV = "city,name,amount\nRome,Ann,10\nOslo,Bo,2.5\nRome,Cy,30\nOslo,Di,\n";
let host: FixtureHost;
beforeEach(() => {
  host = createFixtureHost({
    files: {
      "data.csv": CSV,
      "data.json": '{"items":[{"name":"a","price":5},{"name":"b","price":20}]}',
      "config.yaml": "a: {b: [1, 2]}\n",
      "cities.json": '[{"city":"Rome","country":"Italy"},{"city":"Oslo","country":"Norway"}]',
      "books.xml":
        '<lib xmlns:x="urn:x"><book id="1"><title>One</title></book><book id="2"><x:title>Two</x:title></book></lib>',
    },
  });
});
afterEach(() => host.close());

describe("json_query", () => {
  test.each([
    [
      { query: "items[?price > `10`].name", path: "data.json" },
      { result: ["b"], count: 1 },
    ],
    [{ query: "a.b[1]", path: "config.yaml" }, { result: 2 }],
    [{ query: "sum([].amount)", path: "data.csv" }, { result: 42.5 }],
    [{ query: "length(@)", data: [1, 2] }, { result: 2 }],
    [{ query: "x", data: '{"x": {"y": 1}}' }, { result: { y: 1 } }],
    [{ query: "nothing.there", path: "data.json" }, { result: null }],
    [{ query: "constructor", data: { a: 1 } }, { result: null }],
    [{ query: "__proto__", data: { a: 1 } }, { result: null }],
  ])("%j", async (args, answer) => {
    expect(await host.run(jsonQuery, args)).toEqual(answer);
  });

  test.each([
    [{ query: "items[", path: "data.json" }, "parse.invalid"],
    [{ query: "nofn(@)", path: "data.json" }, "input.invalid"],
    [{ query: "a", path: "none.json" }, "fs.not_found"],
    [{ query: "a" }, "input.invalid"],
    [{ query: "a", path: "data.json", data: 1 }, "input.invalid"],
    [{ query: "a", data: "{broken" }, "parse.invalid"],
  ])("refuses %j", async (args, code) => expect((await host.fail(jsonQuery, args)).code).toBe(code));

  test("refuses data without end", async () => {
    const data: Record<string, unknown> = {};
    data["self"] = data;
    expect((await host.fail(jsonQuery, { query: "self", data })).code).toBe("value.too_deep");
  });
});

describe("csv_query", () => {
  test.each([
    [{ where: [{ field: "city", value: "Rome" }], select: ["name"] }, [{ name: "Ann" }, { name: "Cy" }]],
    [
      { where: [{ field: "amount", op: ">", value: 5 }], sort: ["-amount"], select: ["name"] },
      [{ name: "Cy" }, { name: "Ann" }],
    ],
    [{ where: [{ field: "amount", op: "is_null" }], select: ["name"] }, [{ name: "Di" }]],
    [
      { where: [{ field: "name", op: "matches", value: "^[AB]" }], select: ["name"] },
      [{ name: "Ann" }, { name: "Bo" }],
    ],
    [
      {
        where: [
          { field: "city", op: "in", value: ["Oslo"] },
          { field: "name", op: "contains", value: "B" },
        ],
        select: ["name"],
      },
      [{ name: "Bo" }],
    ],
    [
      {
        group_by: ["city"],
        aggregates: { total: "sum(amount)", n: "count()", paid: "count(amount)", avg: "avg(amount)" },
      },
      [
        { city: "Rome", total: 40, n: 2, paid: 2, avg: 20 },
        { city: "Oslo", total: 2.5, n: 2, paid: 1, avg: 2.5 },
      ],
    ],
    [{ aggregates: { most: "max(amount)", who: "list(name)" } }, [{ most: 30, who: ["Ann", "Bo", "Cy", "Di"] }]],
    [{ select: ["city"], distinct: true }, [{ city: "Rome" }, { city: "Oslo" }]],
    [{ sort: ["amount"], select: ["name"] }, [{ name: "Bo" }, { name: "Ann" }, { name: "Cy" }, { name: "Di" }]],
    [{ select: ["name"], offset: 1, limit: 1 }, [{ name: "Bo" }]],
    [{ where: [{ field: "city", value: "Paris" }] }, []],
  ])("%j", async (args, rows) =>
    expect(await host.run(csvQuery, { path: "data.csv", ...args })).toMatchObject({ rows, count: rows.length }),
  );

  test("names a column that is not there, with those that are", async () => {
    for (const args of [
      { where: [{ field: "town" }] },
      { select: ["town"] },
      { sort: ["-town"] },
      { group_by: ["town"] },
    ]) {
      const error = await host.fail(csvQuery, { path: "data.csv", ...args });
      expect([error.code, error.message, error.hint]).toEqual([
        "input.invalid",
        'no record has a field "town"',
        "Fields: city, name, amount.",
      ]);
    }
    expect((await host.fail(csvQuery, { path: "data.csv", aggregates: { x: "total(amount)" } })).code).toBe(
      "input.invalid",
    );
    expect((await host.fail(csvQuery, { text: "a,b\n1\n" })).code).toBe("parse.invalid");
    host.put("latin.csv", Buffer.from("name\ncaf\u00e9\n", "latin1"));
    expect((await host.fail(csvQuery, { path: "latin.csv" })).code).toBe("tool.bad_file");
    expect(await host.run(csvQuery, { path: "latin.csv", encoding: "latin1" })).toMatchObject({
      rows: [{ name: "café" }],
    });
  });
});

describe("data_transform", () => {
  const steps = (...given: unknown[]) =>
    host.run(dataTransform, { path: "data.csv", steps: given }) as Promise<{ records: unknown[] }>;

  test("joins, groups, renames, computes", async () => {
    expect(
      await steps(
        { op: "join", path: "cities.json", on: "city" },
        { op: "group", by: ["country"], aggregates: { total: "sum(amount)" } },
        { op: "rename", fields: { country: "land" } },
        { op: "set", fields: { year: 2024 } },
        { op: "sort", by: ["-total"] },
        { op: "limit", count: 1 },
      ),
    ).toEqual({ records: [{ land: "Italy", total: 40, year: 2024 }], count: 1 });
    expect(
      await steps(
        { op: "filter", where: [{ field: "name", value: "Ann" }] },
        { op: "map", fields: { who: "join('-', [name, city])" } },
      ),
    ).toMatchObject({
      records: [{ who: "Ann-Rome" }],
    });
    expect(await steps({ op: "drop", fields: ["amount", "city"] }, { op: "limit", count: 1 })).toMatchObject({
      records: [{ name: "Ann" }],
    });
  });

  test("keeps records without a partner in a left join, multiplies those with several", async () => {
    const right = [
      { town: "Rome", tag: "a" },
      { town: "Rome", tag: "b" },
    ];
    expect(
      await host.run(dataTransform, {
        data: [{ city: "Rome" }, { city: "Oslo" }],
        steps: [{ op: "join", data: right, on: "city", right_on: "town", type: "left" }],
      }),
    ).toMatchObject({ records: [{ city: "Rome", tag: "a" }, { city: "Rome", tag: "b" }, { city: "Oslo" }] });
  });

  test("flattens lists and drops what repeats", async () => {
    expect(
      await host.run(dataTransform, {
        data: [
          { id: 1, tags: ["x", "y"] },
          { id: 2, tags: ["x"] },
        ],
        steps: [
          { op: "flatten", field: "tags" },
          { op: "distinct", by: ["tags"] },
        ],
      }),
    ).toMatchObject({
      records: [
        { id: 1, tags: "x" },
        { id: 1, tags: "y" },
      ],
    });
  });

  test("says which step fails", async () => {
    const error = await host.fail(dataTransform, {
      path: "data.csv",
      steps: [
        { op: "limit", count: 2 },
        { op: "sort", by: ["size"] },
      ],
    });
    expect([error.code, error.message, error.details?.["step"]]).toEqual([
      "input.invalid",
      'step 2 (sort): no record has a field "size"',
      2,
    ]);
  });

  test("ends a join that multiplies without end", async () => {
    const many = Array.from({ length: 2000 }, () => ({ k: 1 }));
    const error = await host.fail(dataTransform, { data: many, steps: [{ op: "join", data: many, on: "k" }] });
    expect(error.code).toBe("value.too_large");
  });
});

describe("data_validate", () => {
  const schema = { type: "object", properties: { amount: { type: "number", minimum: 5 } }, required: ["amount"] };

  test("answers every problem with its place", async () => {
    expect(await host.run(dataValidate, { schema, path: "data.csv", each: true })).toMatchObject({
      valid: false,
      checked: 4,
      invalid: 2,
      problems: [{ path: "/1/amount" }, { path: "/3/amount" }],
    });
    expect(await host.run(dataValidate, { schema, data: { amount: 7 } })).toEqual({
      valid: true,
      problems: [],
      checked: 1,
      invalid: 0,
    });
    host.put("schema.yaml", "type: array\nmaxItems: 1\n");
    expect(await host.run(dataValidate, { schema_path: "schema.yaml", path: "cities.json" })).toMatchObject({
      valid: false,
    });
  });

  test.each([
    [{ schema: { type: "nonsense" }, data: 1 }, "schema.invalid"],
    [{ schema: { type: "string", pattern: "(?=a)" }, data: "a" }, "schema.invalid"],
    [{ data: 1 }, "input.invalid"],
    [{ schema, data: { a: 1 }, each: true }, "input.invalid"],
    [{ schema_path: "none.json", data: 1 }, "fs.not_found"],
  ])("refuses %j", async (args, code) => expect((await host.fail(dataValidate, args)).code).toBe(code));
});

test("data_statistics describes the columns", async () => {
  const answer = await host.run(dataStatistics, { path: "data.csv", top: 1 });
  expect(answer).toEqual({
    rows: 4,
    columns: [
      {
        name: "city",
        type: "text",
        count: 4,
        missing: 0,
        distinct: 2,
        min: "Oslo",
        max: "Rome",
        top: [{ value: "Oslo", count: 2 }],
      },
      {
        name: "name",
        type: "text",
        count: 4,
        missing: 0,
        distinct: 4,
        min: "Ann",
        max: "Di",
        top: [{ value: "Ann", count: 1 }],
      },
      {
        name: "amount",
        type: "number",
        count: 3,
        missing: 1,
        distinct: 3,
        min: 2.5,
        max: 30,
        sum: 42.5,
        mean: 42.5 / 3,
        median: 10,
        q1: 6.25,
        q3: 20,
        stddev: expect.closeTo(14.2156, 3) as number,
        top: [{ value: 2.5, count: 1 }],
      },
    ],
  });
  expect((await host.fail(dataStatistics, { path: "data.csv", columns: ["x"] })).code).toBe("input.invalid");
  expect(await host.run(dataStatistics, { data: [] })).toEqual({ rows: 0, columns: [] });
});

describe("json_diff and json_patch", () => {
  test("a difference, applied, makes the new value of the old one", async () => {
    const [from, to] = [
      { a: 1, list: [1, 2, 3], gone: { x: 1 } },
      { a: 2, list: [1, 3, 4], new: null },
    ];
    const { patch } = (await host.run(jsonDiff, { from, to })) as { patch: unknown[] };
    expect(await host.run(jsonPatch, { data: from, patch })).toEqual({ result: to });
    expect(await host.run(jsonDiff, { from, to: structuredClone(from) })).toEqual({
      patch: [],
      identical: true,
      count: 0,
    });
    expect(await host.run(jsonPatch, { data: { a: 1 }, patch: [{ op: "replace", path: "", value: 5 }] })).toEqual({
      result: 5,
    });
  });

  test("writes a file in the format of its name", async () => {
    await host.run(jsonPatch, {
      path: "config.yaml",
      patch: [{ op: "add", path: "/a/b/-", value: 3 }],
      output_path: "config.yaml",
      overwrite: true,
    });
    expect(await host.run(jsonQuery, { query: "a.b", path: "config.yaml" })).toMatchObject({ result: [1, 2, 3] });
  });

  test.each([
    [[{ op: "remove", path: "/none" }], "tool.no_match"],
    [
      [
        { op: "replace", path: "/a", value: 2 },
        { op: "test", path: "/a", value: 9 },
      ],
      "tool.no_match",
    ],
    [[{ op: "add", path: "/__proto__/x", value: 1 }], "input.invalid"],
    [[{ op: "add", path: "a", value: 1 }], "input.invalid"],
    [[{ op: "move", path: "/a" }], "input.invalid"],
  ])("refuses %j and changes nothing", async (patch, code) => {
    host.put("a.json", '{"a":1}');
    expect((await host.fail(jsonPatch, { path: "a.json", patch, output_path: "a.json", overwrite: true })).code).toBe(
      code,
    );
    expect(host.onDisk("a.json")).toBe('{"a":1}');
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});

describe("xml_query", () => {
  test.each([
    [
      { query: "//book/@id" },
      [
        { type: "attribute", name: "id", value: "1" },
        { type: "attribute", name: "id", value: "2" },
      ],
    ],
    [{ query: "count(//book)" }, [{ type: "value", value: 2 }]],
    [{ query: "//title/text()" }, [{ type: "text", value: "One" }]],
    [{ query: "//t:title", namespaces: { t: "urn:x" } }, [{ type: "element", name: "x:title", value: "Two" }]],
    [
      { query: "//book[@id='1']" },
      [
        {
          type: "element",
          name: "book",
          value: "One",
          attributes: { id: "1" },
          xml: '<book id="1"><title>One</title></book>',
        },
      ],
    ],
    [{ query: "//none" }, []],
  ])("%j", async (args, results) =>
    expect(await host.run(xmlQuery, { path: "books.xml", ...args })).toMatchObject({ results, truncated: false }),
  );

  test.each([
    [{ query: "//[", path: "books.xml" }, "parse.invalid"],
    [{ query: "//t:title", path: "books.xml" }, "parse.invalid"],
    [{ query: "//a", text: "<a><b></a>" }, "parse.invalid"],
    [{ query: "//a", text: "no xml" }, "parse.invalid"],
    [{ query: "//a", text: '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>' }, "tool.unsafe"],
    [{ query: "//a" }, "input.invalid"],
    [{ query: "//a", path: "none.xml" }, "fs.not_found"],
    [{ query: "//a", text: "<a>".repeat(5000) + "</a>".repeat(5000) }, "parse.invalid"],
    [{ query: "//a", text: `${"<a>".repeat(200)}${"x".repeat(100_000)}${"</a>".repeat(200)}` }, "value.too_large"],
  ])("refuses %j", async (args, code) => expect((await host.fail(xmlQuery, args)).code).toBe(code));
});
