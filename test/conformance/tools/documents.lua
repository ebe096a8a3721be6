local function code(name, args)
  local ok, failure = pcall(tools.execute, name, args)
  return not ok and failure.code
end

tools.archive_create("all.tar.gz", { "data.csv", "notes.txt" })
tools.archive_extract("all.tar.gz", "out")
local schema = { type = "object", properties = { amount = { type = "number", minimum = 5 } } }
local checked = tools.data_validate({ schema = schema, path = "data.csv", each = true })
local groups = tools.data_transform({
  path = "data.csv",
  steps = { { op = "group", by = { "city" }, aggregates = { total = "sum(amount)" } }, { op = "limit", count = 1 } },
}).records
local patch = tools.json_diff({ from = { a = 1 }, to = { a = 2 } }).patch
tools.xlsx_write({ path = "book.xlsx", rows = { { "name", "n" }, { "Ann", 1 } } })
local sheet = tools.xlsx_read("book.xlsx")
return {
  archive = { tools.archive_list("all.tar.gz").count, fs.read("out/notes.txt") },
  convert = tools.convert_data({ path = "data.csv", to = "yaml" }).content,
  query = {
    tools.json_query("[?city == 'Rome'].city", "data.csv").result,
    tools.csv_query({ path = "data.csv", where = { { field = "amount", op = ">", value = 5 } }, aggregates = { sum = "sum(amount)" } }).rows[1].sum,
    tools.xml_query("//t[2]", nil, "<r><t>One</t><t>Two</t></r>").results[1].value,
  },
  transform = { groups[1].city, groups[1].total },
  valid = { checked.valid, checked.problems[1].path },
  mean = tools.data_statistics({ data = { { x = 10 }, { x = 30 } } }).columns[1].mean,
  patch = tools.json_patch({ data = { a = 1 }, patch = patch }).result,
  sheet = { sheet.columns, sheet.rows[1].n },
  markdown = { tools.html_to_markdown("<h1>Title</h1>").content, tools.markdown_to_html("# Title").content },
  errors = {
    code("pdf_read", { path = "notes.txt" }),
    code("docx_read", { path = "notes.txt" }),
    code("json_query", { query = "a[", data = { a = 1 } }),
    code("convert_data", { text = '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', from = "xml", to = "json" }),
    code("csv_query", { path = "data.csv", select = { "town" } }),
  },
}
