local _, repeated = pcall(yaml.decode, "a: 1\na: 2\n")
local _, second = pcall(yaml.decode, "a: 1\n---\nb: 2\n")
local _, tag = pcall(yaml.decode, "!!js/function x")
local shared = yaml.decode("base: &b {x: 1}\nother: *b\n")
return {
  encoded = yaml.encode({ name = "Ada", tags = { "x", "y: z" } }, { sortKeys = true }),
  flow = yaml.encode({ a = { 1, 2 } }, { flow = true }),
  indented = yaml.encode({ a = { b = true } }, { indent = 4 }),
  long = yaml.encode({ t = ("word "):rep(4) .. "end" }, { line_width = 12 }),
  all = yaml.encode_all({ { a = 1 }, { 2 } }),
  decoded = yaml.decode("name: Ada\nage: 36\nratio: 1.5\nok: yes\non: true\nnothing: ~\nday: 2026-01-02\nlist:\n  - 1\n  - two\n").list,
  scalars = { util.type_of(yaml.decode("36")), util.type_of(yaml.decode("1.5")), util.type_of(yaml.decode("yes")), util.type_of(yaml.decode("true")), util.type_of(yaml.decode("2026-01-02")) },
  empty = util.type_of(yaml.decode("")),
  several = yaml.decode_all("a: 1\n---\n- b\n"),
  binary = yaml.decode("!!binary AP+A"),
  binary_text = yaml.encode(params.bytes),
  shared = shared.other.x,
  big = yaml.decode("9007199254740993"),
  repeated = { repeated.code, repeated.details.line, repeated.details.column },
  second = { second.code, second.details.line },
  tag = tag.code,
}
