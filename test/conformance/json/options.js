const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const invalid = caught(() => json.decode('{"a": 1,\n "b": ]}'));
const bytes = caught(() => json.encode({ b: params.bytes }));
return {
  pretty: json.pretty({ a: [1, 2] }),
  indented: json.encode([1], { indent: "\t" }),
  sorted: json.encode({ b: 1, a: { d: 1, c: 2 } }, { sortKeys: true }),
  sorted_too: json.encode({ b: 1, a: 2 }, { sort_keys: true }),
  hex: json.encode({ b: params.bytes }, { bytes: "hex" }),
  base64: json.encode({ b: params.bytes }, { bytes: "base64" }),
  bytes_refused: bytes.code,
  not_a_number: json.encode([NaN, Infinity], { nonFinite: "null" }),
  infinite: json.encode([-Infinity], { non_finite: "string" }),
  valid: [json.valid("[1]"), json.valid("[1")],
  fallback: json.decode("{", { fallback: "none" }),
  code: invalid.code,
  line: invalid.details.line,
  column: invalid.details.column,
  lines: json.encodeLines([{ a: 1 }, "x"]),
  from_lines: json.decodeLines('{"a":1}\n\n[2]\n'),
  unicode: json.decode('"\\u00e9\\ud83d\\ude00"'),
};
