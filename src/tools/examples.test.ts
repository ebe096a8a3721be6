import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BUILT_IN_TOOLS } from "./built-in-tools.ts";
import { docxOf, paragraph, pdfOf, zipOf } from "./fixtures/documents.ts";
import { type FixtureHost, createFixtureHost } from "./fixtures/fixture-host.ts";
import { loadBuiltIn } from "./load-built-in.ts";

/** Whose examples work with the files below. */
const CATEGORIES = new Set(["file", "archive", "convert", "data", "document"]);
const tools = Object.keys(BUILT_IN_TOOLS)
  .map(loadBuiltIn)
  .filter(({ category }) => CATEGORIES.has(category));

let host: FixtureHost;
beforeEach(async () => {
  host = createFixtureHost({
    files: {
      "notes.txt": "first\nsecond\nthird\n",
      "data.csv": "city,name,amount\nRome,Ann,10\nOslo,Bo,2.5\nRome,Cy,30\n",
      "data.json": '{"items":[{"name":"a","price":5}]}',
      "data/inner.md": "# TODO\n",
      "paper.pdf": pdfOf(["Hello"], "A paper"),
      "letter.docx": await docxOf(paragraph("Hello")),
      "bundle.zip": await zipOf({ "a.txt": { content: "x" } }),
    },
  });
  await host.run(loadBuiltIn("xlsx_write"), { path: "book.xlsx", rows: [{ name: "Ann" }] });
  host.asked.length = 0;
});
afterEach(() => host.close());

describe.each(tools)("$name", (tool) => {
  test.each([...tool.examples])("$description", async ({ args }) => {
    const answer = await host.run(tool, args);
    expect(JSON.stringify(answer)).toMatch(/^\{".+\}$/s);
  });

  test("asks for no permission that it does not declare", async () => {
    for (const { args } of tool.examples) await host.run(tool, args).catch(() => undefined);
    const asked = new Set(host.asked.map((each) => each.split(" ")[0] as string));
    expect([...asked].filter((capability) => !tool.permissions.includes(capability))).toEqual([]);
  });
});

test("there is something to try", () => expect(tools.length).toBeGreaterThan(30));
