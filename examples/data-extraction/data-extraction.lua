-- ---
-- name: data-extraction
-- description: Turns invoices in prose into rows of a table. Rows whose sum does not add up are set apart.
-- parameters:
--   invoices: { type: string, default: invoices/*.txt, description: Which files }
--   out: { type: string, default: invoices.csv, description: The table }
-- ---
--
-- llmspell run examples/data-extraction/data-extraction.lua --invoices "inbox/*.txt"

local item = {
  type = "object",
  properties = { name = { type = "string" }, count = { type = "integer" }, price = { type = "number", description = "Of one" } },
  required = { "name", "count", "price" },
}
local invoice = {
  type = "object",
  properties = {
    number = { type = "string" },
    seller = { type = "string" },
    date = { type = "string", description = "As 2026-11-30", pattern = "^\\d{4}-\\d{2}-\\d{2}$" },
    currency = { type = "string", enum = { "EUR", "USD", "GBP" } },
    total = { type = "number" },
    items = { type = "array", items = item, minItems = 1 },
  },
  required = { "number", "seller", "date", "currency", "total", "items" },
}

local files = fs.glob(params.invoices)
if #files == 0 then error("no file is like " .. params.invoices) end
local read = async.all(data.map(files, function(file)
  return function() return llm.extract(fs.read(file), invoice) end
end))

local rows = {}
for i, each in ipairs(read) do
  local sum = 0
  for _, line in ipairs(each.items) do sum = sum + line.count * line.price end
  if math.abs(sum - each.total) < 0.005 then
    rows[#rows + 1] = { number = each.number, seller = each.seller, date = each.date, total = each.total, currency = each.currency }
  else
    print(("check %s: the items make %.2f, the total says %.2f"):format(files[i], sum, each.total))
  end
end
fs.write(params.out, csv.encode(rows, { columns = { "number", "seller", "date", "total", "currency" } }))
print(#rows .. " of " .. #files .. " invoices: " .. params.out)
