const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const repeated = caught(() => yaml.decode("a: 1\na: 2\n"));
const second = caught(() => yaml.decode("a: 1\n---\nb: 2\n"));
const tag = caught(() => yaml.decode("!!js/function x"));
const shared = yaml.decode("base: &b {x: 1}\nother: *b\n");
return {
  encoded: yaml.encode({ name: "Ada", tags: ["x", "y: z"] }, { sortKeys: true }),
  flow: yaml.encode({ a: [1, 2] }, { flow: true }),
  indented: yaml.encode({ a: { b: true } }, { indent: 4 }),
  long: yaml.encode({ t: "word ".repeat(4) + "end" }, { lineWidth: 12 }),
  all: yaml.encodeAll([{ a: 1 }, [2]]),
  decoded: yaml.decode("name: Ada\nage: 36\nratio: 1.5\nok: yes\non: true\nnothing: ~\nday: 2026-01-02\nlist:\n  - 1\n  - two\n").list,
  scalars: [util.typeOf(yaml.decode("36")), util.typeOf(yaml.decode("1.5")), util.typeOf(yaml.decode("yes")), util.typeOf(yaml.decode("true")), util.typeOf(yaml.decode("2026-01-02"))],
  empty: util.typeOf(yaml.decode("")),
  several: yaml.decodeAll("a: 1\n---\n- b\n"),
  binary: yaml.decode("!!binary AP+A"),
  binary_text: yaml.encode(params.bytes),
  shared: shared.other.x,
  big: yaml.decode("9007199254740993"),
  repeated: [repeated.code, repeated.details.line, repeated.details.column],
  second: [second.code, second.details.line],
  tag: tag.code,
};
