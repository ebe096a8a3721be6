const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const ragged = caught(() => csv.decode("a,b\n1,2\n3\n"));
const twice = caught(() => csv.decode("a,a\n1,2\n"));
const quote = caught(() => csv.decode('a,b\n"x,2\n'));
return {
  objects: csv.decode('name,note\nAda,"x, ""y"""\nBob,\n'),
  arrays: csv.decode("1,2\n3,4\n", { header: false }),
  named: csv.decode("1;2\n", { columns: ["max_tokens", "maxTokens"], delimiter: ";" }),
  typed: csv.decode("n,f,b,s\n1,1.5,true,07\n", { types: { n: "integer", f: "number", b: "boolean" } }),
  lenient: csv.decode("# note\na,b\n1\n", { ragged: true, comment: "#" }).length,
  trimmed: csv.decode("a , b\n 1 , 2\n", { trim: true }),
  ragged: [ragged.code, ragged.details.line],
  twice: twice.code,
  quote: quote.code,
  text: csv.encode([{ name: "Ada", note: 'x, "y"' }, { name: "Bob" }], { columns: ["name", "note"] }),
  plain: csv.encode([[1, "a\nb"], [true, 2.5]]),
  headless: csv.encode([{ a: 1 }], { header: false, newline: "\r\n" }),
  safe: csv.encode([["=1+1", "-2"]], { formulas: "escape" }),
  delimited: csv.encode([["a;b", "it's"]], { delimiter: ";", quote: "'" }),
};
