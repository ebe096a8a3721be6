const code = (name, args) => tools.execute(name, args).then(() => false, (failure) => failure.code);

await tools.archive_create("all.tar.gz", ["data.csv", "notes.txt"]);
await tools.archive_extract("all.tar.gz", "out");
const schema = { type: "object", properties: { amount: { type: "number", minimum: 5 } } };
const checked = await tools.data_validate({ schema, path: "data.csv", each: true });
const [group] = (
  await tools.data_transform({
    path: "data.csv",
    steps: [{ op: "group", by: ["city"], aggregates: { total: "sum(amount)" } }, { op: "limit", count: 1 }],
  })
).records;
const { patch } = await tools.json_diff({ from: { a: 1 }, to: { a: 2 } });
await tools.xlsx_write({ path: "book.xlsx", rows: [["name", "n"], ["Ann", 1]] });
const sheet = await tools.xlsx_read("book.xlsx");
const where = [{ field: "amount", op: ">", value: 5 }];
return {
  archive: [(await tools.archive_list("all.tar.gz")).count, fs.read("out/notes.txt")],
  convert: (await tools.convert_data({ path: "data.csv", to: "yaml" })).content,
  query: [
    (await tools.json_query("[?city == 'Rome'].city", "data.csv")).result,
    (await tools.csv_query({ path: "data.csv", where, aggregates: { sum: "sum(amount)" } })).rows[0].sum,
    (await tools.xml_query("//t[2]", undefined, "<r><t>One</t><t>Two</t></r>")).results[0].value,
  ],
  transform: [group.city, group.total],
  valid: [checked.valid, checked.problems[0].path],
  mean: (await tools.data_statistics({ data: [{ x: 10 }, { x: 30 }] })).columns[0].mean,
  patch: (await tools.json_patch({ data: { a: 1 }, patch })).result,
  sheet: [sheet.columns, sheet.rows[0].n],
  markdown: [(await tools.html_to_markdown("<h1>Title</h1>")).content, (await tools.markdown_to_html("# Title")).content],
  errors: [
    await code("pdf_read", { path: "notes.txt" }),
    await code("docx_read", { path: "notes.txt" }),
    await code("json_query", { query: "a[", data: { a: 1 } }),
    await code("convert_data", { text: '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', from: "xml", to: "json" }),
    await code("csv_query", { path: "data.csv", select: ["town"] }),
  ],
};
