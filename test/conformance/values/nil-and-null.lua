local with_null = json.decode('{"a": null, "list": [1, null, 3]}')
state.set("x", 1)
state.set("x", nil)
local function answers() return nil end
return {
  text = json.encode(with_null.list),
  kept = json.encode({ a = json.null }),
  kind = { util.type_of(json.null), util.type_of(nil), util.type_of(with_null.a) },
  length = data.size(with_null.list),
  equal = data.equal(json.null, nil),
  removed = state.has("x"),
  mapped = data.map({ 1 }, answers),
  optional = text.trim(" a ", nil),
  returned = json.encode({ 1, json.null }),
  null = { json.null, 1 },
}
