// ---
// name: data-extraction
// description: Turns invoices in prose into rows of a table. Rows whose sum does not add up are set apart.
// parameters:
//   invoices: { type: string, default: invoices/*.txt, description: Which files }
//   out: { type: string, default: invoices.csv, description: The table }
// ---
//
// llmspell run examples/data-extraction/data-extraction.js --invoices "inbox/*.txt"

const item = {
  type: "object",
  properties: {
    name: { type: "string" },
    count: { type: "integer" },
    price: { type: "number", description: "Of one" },
  },
  required: ["name", "count", "price"],
};
const invoice = {
  type: "object",
  properties: {
    number: { type: "string" },
    seller: { type: "string" },
    date: { type: "string", description: "As 2026-11-30", pattern: "^\\d{4}-\\d{2}-\\d{2}$" },
    currency: { type: "string", enum: ["EUR", "USD", "GBP"] },
    total: { type: "number" },
    items: { type: "array", items: item, minItems: 1 },
  },
  required: ["number", "seller", "date", "currency", "total", "items"],
};

const files = fs.glob(params.invoices);
if (files.length === 0) throw new Error(`no file is like ${params.invoices}`);
const read = await Promise.all(files.map((file) => llm.extract(fs.read(file), invoice)));

const rows = [];
for (const [index, { number, seller, date, currency, total, items }] of read.entries()) {
  const sum = items.reduce((before, { count, price }) => before + count * price, 0);
  if (Math.abs(sum - total) < 0.005) rows.push({ number, seller, date, total, currency });
  else console.log(`check ${files[index]}: the items make ${sum.toFixed(2)}, the total says ${total.toFixed(2)}`);
}
fs.write(params.out, csv.encode(rows, { columns: ["number", "seller", "date", "total", "currency"] }));
console.log(`${rows.length} of ${files.length} invoices: ${params.out}`);
