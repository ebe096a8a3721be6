import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { docxOf, paragraph, pdfOf, zipOf } from "../fixtures/documents.ts";
import { type FixtureHost, createFixtureHost } from "../fixtures/fixture-host.ts";
import { docxRead } from "./docx-read.ts";
import { htmlToMarkdown, markdownToHtml } from "./markdown-tools.ts";
import { pdfRead } from "./pdf-read.ts";
import { xlsxRead } from "./xlsx-read.ts";
import { xlsxWrite } from "./xlsx-write.ts";

let host: FixtureHost;
beforeEach(() => {
  host = createFixtureHost({ files: { "notes.txt": "plain text", "folder/x": "" } });
});
afterEach(() => host.close());

const bytesOf = (file: string) => fs.readFileSync(path.join(host.root, file));

describe("pdf_read", () => {
  test("reads pages and metadata", async () => {
    host.put("a.pdf", pdfOf(["Hello first", "And second", "Third"], "A paper"));
    expect(await host.run(pdfRead, { path: "a.pdf" })).toEqual({
      pages: [
        { page: 1, text: "Hello first" },
        { page: 2, text: "And second" },
        { page: 3, text: "Third" },
      ],
      total_pages: 3,
      truncated: false,
      metadata: { title: "A paper", author: "Ann" },
    });
    expect(await host.run(pdfRead, { path: "a.pdf", first_page: 2, last_page: 2 })).toMatchObject({
      pages: [{ page: 2 }],
      truncated: true,
    });
    const past = await host.fail(pdfRead, { path: "a.pdf", first_page: 4 });
    expect([past.code, past.message]).toEqual(["input.invalid", '"a.pdf" has 3 pages, none from 4 on']);
  });

  test.each([
    ["cut.pdf", "tool.bad_file"],
    ["empty.pdf", "tool.bad_file"],
    ["notes.txt", "tool.bad_file"],
    ["folder", "fs.failed"],
    ["none.pdf", "fs.not_found"],
    ["../a.pdf", "permission.denied"],
  ])("refuses %s", async (file, code) => {
    host.put("cut.pdf", pdfOf(["x"], "t").subarray(0, 60));
    host.put("empty.pdf", "");
    expect((await host.fail(pdfRead, { path: file })).code).toBe(code);
  });

  test("says that an encrypted file wants a password", async () => {
    const marked = pdfOf(["x"], "t")
      .toString("latin1")
      .replace(
        "/Info 4 0 R",
        `/Info 4 0 R /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${"00".repeat(32)}> /U <${"00".repeat(32)}> >>`,
      );
    host.put("locked.pdf", Buffer.from(marked, "latin1"));
    const error = await host.fail(pdfRead, { path: "locked.pdf" });
    expect([error.code, error.message, error.hint]).toEqual([
      "tool.bad_file",
      '"locked.pdf" cannot be read as PDF: it is encrypted',
      "Pass its password.",
    ]);
    expect((await host.fail(pdfRead, { path: "locked.pdf", password: "guess" })).message).toContain(
      "the password is wrong",
    );
  });
});

describe("docx_read", () => {
  const table = `<w:tbl>${["a b", "1 2"]
    .map(
      (row) =>
        `<w:tr>${row
          .split(" ")
          .map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`)
          .join("")}</w:tr>`,
    )
    .join("")}</w:tbl>`;
  const link = (id: string, text: string) =>
    `<w:p><w:hyperlink r:id="${id}"><w:r><w:t>${text}</w:t></w:r></w:hyperlink></w:p>`;

  test("reads headings, tables and links as Markdown, HTML or text", async () => {
    const body =
      paragraph("Report", "Heading1") +
      paragraph("Hello &lt;world&gt;") +
      table +
      link("l1", "site") +
      link("l2", "bad");
    host.put("a.docx", await docxOf(body, { l1: "https://example.com/", l2: "javascript:alert(1)" }));
    const markdown = (await host.run(docxRead, { path: "a.docx" })) as { content: string };
    expect(markdown.content).toContain("# Report\n\nHello <world>");
    expect(markdown.content).toContain("[site](https://example.com/)");
    expect(markdown.content).toMatch(/\|\s*1\s*\|\s*2\s*\|/);
    const html = (await host.run(docxRead, { path: "a.docx", format: "html" })) as { content: string };
    expect(html.content).toContain("<h1>Report</h1>");
    expect(markdown.content + html.content).not.toContain("javascript:");
    expect(await host.run(docxRead, { path: "a.docx", format: "text" })).toMatchObject({
      content: expect.stringMatching(/^Report\n\nHello <world>/) as string,
    });
  });

  test("refuses what is no document, damaged, of the old format, or a bomb", async () => {
    const whole = await docxOf(paragraph("x"));
    host.put("cut.docx", whole.subarray(0, whole.length - 30));
    host.put("old.docx", Buffer.from([0xd0, 0xcf, 0x11, 0xe0]));
    host.put("other.docx", await zipOf({ "a.txt": { content: "x" } }));
    host.put(
      "broken.docx",
      await zipOf({ "word/document.xml": { content: "<w:document" }, "[Content_Types].xml": { content: "<Types/>" } }),
    );
    host.put("bomb.docx", await zipOf({ "word/document.xml": { content: Buffer.alloc(15 * 1024 * 1024, 32) } }));
    for (const file of ["notes.txt", "cut.docx", "old.docx", "other.docx", "broken.docx"]) {
      expect([file, (await host.fail(docxRead, { path: file })).code]).toEqual([file, "tool.bad_file"]);
    }
    expect((await host.fail(docxRead, { path: "bomb.docx" })).code).toBe("tool.unsafe");
    expect((await host.fail(docxRead, { path: "none.docx" })).code).toBe("fs.not_found");
  });
});

describe("xlsx_write and xlsx_read", () => {
  test("what is written is read", async () => {
    const rows = [
      { name: "Ann", amount: 12.5, ok: true, day: "2024-05-06" },
      { name: "=1+1", amount: null, ok: false, day: "2024-05-06T07:08:09Z", extra: { a: [1] } },
    ];
    expect(await host.run(xlsxWrite, { path: "out/a.xlsx", rows, dates: true })).toMatchObject({
      sheets: [{ name: "Sheet1", rows: 3 }],
    });
    expect(await host.run(xlsxRead, { path: "out/a.xlsx" })).toEqual({
      sheets: ["Sheet1"],
      sheet: "Sheet1",
      columns: ["name", "amount", "ok", "day", "extra"],
      rows: [
        { name: "Ann", amount: 12.5, ok: true, day: "2024-05-06", extra: null },
        { name: "=1+1", amount: null, ok: false, day: "2024-05-06T07:08:09.000Z", extra: '{"a":[1]}' },
      ],
      count: 2,
      total: 2,
      truncated: false,
    });
    expect((await host.fail(xlsxWrite, { path: "out/a.xlsx", rows })).code).toBe("fs.exists");
  });

  test("reads a sheet by name or number, cells of a range, some rows", async () => {
    const sheets = [
      {
        name: "One",
        rows: [
          [1, 2, 3],
          [4, 5, 6],
          [7, 8, 9],
        ],
      },
      {
        name: "Two",
        rows: [
          ["x", "", "x"],
          ["a", "b", "c"],
        ],
      },
    ];
    await host.run(xlsxWrite, { path: "b.xlsx", sheets });
    expect(await host.run(xlsxRead, { path: "b.xlsx", header: false, range: "B2:C9" })).toMatchObject({
      rows: [
        [5, 6],
        [8, 9],
      ],
    });
    expect(await host.run(xlsxRead, { path: "b.xlsx", header: false, offset: 1, limit: 1 })).toMatchObject({
      rows: [[4, 5, 6]],
      total: 3,
      truncated: true,
    });
    expect(await host.run(xlsxRead, { path: "b.xlsx", sheet: "Two" })).toMatchObject({
      sheets: ["One", "Two"],
      rows: [{ x: "a", B: "b", x_2: "c" }],
    });
    const missing = await host.fail(xlsxRead, { path: "b.xlsx", sheet: 3 });
    expect([missing.code, missing.message, missing.hint]).toEqual([
      "input.invalid",
      '"b.xlsx" has no sheet 3',
      "Sheets: One, Two.",
    ]);
  });

  test("refuses what Excel could not hold, and what is no workbook", async () => {
    for (const args of [
      { rows: [[1], { a: 1 }] },
      { sheets: [{ name: "a/b", rows: [[1]] }] },
      { rows: [[1]], sheets: [{ name: "a", rows: [[1]] }] },
      {},
    ]) {
      expect((await host.fail(xlsxWrite, { path: "c.xlsx", ...args })).code).toBe("input.invalid");
    }
    expect((await host.fail(xlsxWrite, { path: "c.xlsx", rows: [["x".repeat(40_000)]] })).code).toBe("value.too_large");
    expect(fs.existsSync(path.join(host.root, "c.xlsx"))).toBe(false);
    await host.run(xlsxWrite, { path: "d.xlsx", rows: [[1]] });
    host.put("cut.xlsx", bytesOf("d.xlsx").subarray(0, 900));
    host.put("other.xlsx", await zipOf({ "a.txt": { content: "x" } }));
    host.put("bomb.xlsx", await zipOf({ "xl/workbook.xml": { content: Buffer.alloc(15 * 1024 * 1024, 32) } }));
    for (const file of ["notes.txt", "cut.xlsx", "other.xlsx"]) {
      expect([file, (await host.fail(xlsxRead, { path: file })).code]).toEqual([file, "tool.bad_file"]);
    }
    expect((await host.fail(xlsxRead, { path: "bomb.xlsx" })).code).toBe("tool.unsafe");
  });

  test("a cell far below costs no more than it should", async () => {
    await host.run(xlsxWrite, { path: "far.xlsx", rows: [[1]] });
    const workbook = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    host.put(
      "far.xlsx",
      await zipOf({
        "[Content_Types].xml": {
          content: '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        },
        "_rels/.rels": {
          content: `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        },
        "xl/_rels/workbook.xml.rels": {
          content: `<Relationships xmlns="${relations}"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
        },
        "xl/workbook.xml": {
          content: `<workbook xmlns="${workbook}" xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`,
        },
        "xl/worksheets/sheet1.xml": {
          content: `<worksheet xmlns="${workbook}"><sheetData><row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row><row r="1048576"><c r="XFD1048576"><v>3</v></c></row></sheetData></worksheet>`,
        },
      }),
    );
    const answer = await host.run(xlsxRead, { path: "far.xlsx", header: false, range: "A1:B2" });
    expect(answer).toMatchObject({ rows: [[1]] });
    const whole = await host.fail(xlsxRead, { path: "far.xlsx", header: false });
    expect([whole.code, whole.message]).toEqual(["tool.bad_file", expect.stringContaining("1048576 rows")]);
  });
});

describe("markdown_to_html and html_to_markdown", () => {
  const html = async (markdown: string) =>
    ((await host.run(markdownToHtml, { markdown })) as { content: string }).content;
  const markdown = async (given: string) =>
    ((await host.run(htmlToMarkdown, { html: given })) as { content: string }).content;

  test("turn one into the other", async () => {
    const source = "# Title\n\nA **bold** [link](https://example.com/).\n\n- one\n- two\n\n```\ncode\n```\n";
    expect(await html(source)).toBe(
      '<h1>Title</h1>\n<p>A <strong>bold</strong> <a href="https://example.com/">link</a>.</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n<pre><code>code\n</code></pre>\n',
    );
    expect(await markdown(await html(source))).toBe(source);
    expect(await markdown("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>")).toMatch(
      /\| a *\| b *\|\n\| -+ \| -+ \|\n\| 1 *\| 2 *\|/,
    );
  });

  test("let nothing through that a browser would run", async () => {
    const shown = await html(
      "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1)) [y](data:text/html;base64,x) ![z](vbscript:x)\n",
    );
    expect(shown).not.toMatch(/<(script|img|a)/);
    const text = await markdown(
      '<script>alert(1)</script><style>p{}</style><a href="javascript:alert(1)">x</a><a href="jav&#x09;ascript:alert(1)">y</a><a href="/rel">z</a>',
    );
    expect(text).not.toMatch(/script|alert|p\{/);
    expect(text).toContain("[z](/rel)");
  });

  test("read and write files, and make whole pages", async () => {
    host.put("a.md", "# Hi\n");
    expect(await host.run(markdownToHtml, { path: "a.md", output_path: "a.html", title: "<T>" })).toMatchObject({
      output_path: "a.html",
    });
    expect(host.onDisk("a.html")).toContain("<title>&lt;T&gt;</title>");
    await host.run(htmlToMarkdown, { path: "a.html", output_path: "b.md" });
    expect(host.onDisk("b.md")).toContain("# Hi\n");
  });

  test("stand what is made to be deep, and refuse what is too much", async () => {
    expect(await markdown(`${"<div>".repeat(3000)}x${"</div>".repeat(3000)}`)).toBe("x\n");
    expect((await host.fail(htmlToMarkdown, { html: "<div>".repeat(10_000) })).code).toBe("parse.invalid");
    expect(await html(`${">".repeat(5000)} x`)).toMatch(/^<blockquote>/);
    expect(await html("[".repeat(20_000))).toContain("[[[");
    expect((await host.fail(markdownToHtml, { markdown: "x".repeat(2_000_001) })).code).toBe("value.too_large");
    expect((await host.fail(markdownToHtml, {})).code).toBe("input.invalid");
    expect((await host.fail(htmlToMarkdown, { path: "none.html" })).code).toBe("fs.not_found");
  });
});
