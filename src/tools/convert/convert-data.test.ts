import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { convertData } from "./convert-data.ts";

let host: FixtureHost;
beforeEach(() => {
  host = createFixtureHost({
    files: { "data.csv": 'name,amount,code,ok\nAnn,12.5,007,true\n"Bo, Jr.",3,12345678901234567890,\n' },
  });
});
afterEach(() => host.close());

const convert = async (args: Record<string, unknown>) =>
  ((await host.run(convertData, args)) as { content: string }).content;

const TABLE = [
  { name: "Ann", n: 1, ok: true },
  { name: "Bo & <Co>", n: 2.5, ok: false },
];
const FORMATS = ["json", "jsonl", "yaml", "toml", "csv", "tsv", "xml"];

describe.each(FORMATS)("from %s", (from) => {
  test.each(FORMATS)("to %s and back, a table stays the same", async (to) => {
    const first = await convert({ text: JSON.stringify(TABLE), from: "json", to: from });
    const second = await convert({ text: first, from, to });
    const back: unknown = JSON.parse(await convert({ text: second, from: to, to: "json" }));
    // TOML and XML have no list at the top: it stands under a name there.
    expect(listIn(back)).toEqual(TABLE);
  });
});

function listIn(value: unknown): unknown {
  return Array.isArray(value) || typeof value !== "object" || value === null ? value : listIn(Object.values(value)[0]);
}

test("CSV fields become numbers where nothing is lost", async () => {
  expect(JSON.parse(await convert({ path: "data.csv", to: "json", indent: 0 }))).toEqual([
    { name: "Ann", amount: 12.5, code: "007", ok: true },
    { name: "Bo, Jr.", amount: 3, code: "12345678901234567890", ok: null },
  ]);
  expect(JSON.parse(await convert({ path: "data.csv", to: "json", types: "text" }))).toMatchObject([
    { amount: "12.5", ok: "true" },
    {},
  ]);
});

test("attributes, text and repeated elements of XML", async () => {
  const xml =
    '<?xml version="1.0"?><shop id="7"><item lang="en">One</item><item>2</item><zip>007</zip><none/><cd><![CDATA[a<b]]></cd></shop>';
  const data: unknown = JSON.parse(await convert({ text: xml, from: "xml", to: "json" }));
  expect(data).toEqual({
    shop: { "@id": 7, item: [{ "#text": "One", "@lang": "en" }, 2], zip: "007", none: "", cd: "a<b" },
  });
  const again = await convert({ text: JSON.stringify(data), from: "json", to: "xml" });
  expect(JSON.parse(await convert({ text: again, from: "xml", to: "json" }))).toEqual(data);
});

test("names that XML cannot have are changed, values escaped", async () => {
  expect(await convert({ text: '{"first name": "<&>", "1st": [1, null]}', from: "json", to: "xml", root: "rec" })).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n<rec>\n  <first_name>&lt;&amp;&gt;</first_name>\n  <_1st>1</_1st>\n  <_1st/>\n</rec>\n',
  );
});

test("writes a file, and takes formats by the endings", async () => {
  expect(await host.run(convertData, { path: "data.csv", output_path: "out/data.yaml" })).toEqual({
    format: "yaml",
    output_path: "out/data.yaml",
    bytes: host.onDisk("out/data.yaml").length,
  });
  expect(host.onDisk("out/data.yaml")).toContain('code: "007"');
  expect((await host.fail(convertData, { path: "data.csv", output_path: "out/data.yaml" })).code).toBe("fs.exists");
  await host.run(convertData, { path: "data.csv", output_path: "out/data.yaml", types: "text", overwrite: true });
  expect(host.onDisk("out/data.yaml")).toContain('amount: "3"');
  const strict = createFixtureHost({ files: { "a.json": "{}" }, policy: (capability) => capability === "fs.read" });
  expect((await strict.fail(convertData, { path: "a.json", output_path: "a.yaml" })).code).toBe("permission.denied");
  strict.close();
});

const billion = `<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>`;

test.each([
  [{ text: "{", from: "json", to: "yaml" }, "parse.invalid"],
  [{ text: "a: [", from: "yaml", to: "json" }, "parse.invalid"],
  [{ text: "a = ", from: "toml", to: "json" }, "parse.invalid"],
  [{ text: 'a,b\n"1', from: "csv", to: "json" }, "parse.invalid"],
  [{ text: "<a><b></a>", from: "xml", to: "json" }, "parse.invalid"],
  [{ text: "<a>".repeat(5000), from: "xml", to: "json" }, "parse.invalid"],
  [{ text: `${"<a>".repeat(500)}${"</a>".repeat(500)}`, from: "xml", to: "json" }, "parse.invalid"],
  [{ text: billion, from: "xml", to: "json" }, "tool.unsafe"],
  [
    { text: '<!DOCTYPE a [<!entity x SYSTEM "file:///etc/passwd">]><a>&x;</a>', from: "xml", to: "json" },
    "tool.unsafe",
  ],
  [{ text: "1", to: "json" }, "input.invalid"],
  [{ text: "1", from: "json" }, "input.invalid"],
  [{ to: "json" }, "input.invalid"],
  [{ text: "1", path: "data.csv", to: "json" }, "input.invalid"],
  [{ path: "none.csv", to: "json" }, "fs.not_found"],
  [{ path: "data.unknown", to: "json" }, "fs.not_found"],
])("refuses %j", async (args, code) => {
  const error = await host.fail(convertData, args);
  expect([error.code, error.message.length > 10]).toEqual([code, true]);
});

test("an error about XML is no longer than what one reads", async () => {
  const error = await host.fail(convertData, { text: "<a>".repeat(20_000), from: "xml", to: "json" });
  expect([error.code, error.message.length < 400]).toEqual(["parse.invalid", true]);
});
