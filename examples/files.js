// Files and tables: writes a CSV file into the workspace, reads it back, and sums it up.

const sales = [
  { region: "North", product: "tea", amount: 120 },
  { region: "South", product: "tea", amount: 80 },
  { region: "North", product: "coffee", amount: 200 },
];
fs.write("out/sales.csv", csv.encode(sales, { columns: ["region", "product", "amount"] }));

const rows = csv.decode(fs.read("out/sales.csv"));
const totals = {};
for (const row of rows) {
  totals[row.region] = (totals[row.region] ?? 0) + Number(row.amount);
}
for (const region of ["North", "South"]) {
  console.log(`${region}: ${totals[region]}`);
}
fs.remove("out", { recursive: true });
