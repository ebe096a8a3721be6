-- Files and tables: writes a CSV file into the workspace, reads it back, and sums it up.

local sales = {
  { region = "North", product = "tea", amount = 120 },
  { region = "South", product = "tea", amount = 80 },
  { region = "North", product = "coffee", amount = 200 },
}
fs.write("out/sales.csv", csv.encode(sales, { columns = { "region", "product", "amount" } }))

local rows = csv.decode(fs.read("out/sales.csv"))
local totals = {}
for _, row in ipairs(rows) do
  totals[row.region] = (totals[row.region] or 0) + math.tointeger(row.amount)
end
for _, region in ipairs { "North", "South" } do
  print(region .. ": " .. totals[region])
end
fs.remove("out", { recursive = true })
