const withNull = json.decode('{"a": null, "list": [1, null, 3]}');
state.set("x", 1);
state.set("x", undefined);
const answers = () => undefined;
return {
  text: json.encode(withNull.list),
  kept: json.encode({ a: json.null }),
  kind: [util.typeOf(json.null), util.typeOf(undefined), util.typeOf(withNull.a)],
  length: data.size(withNull.list),
  equal: data.equal(json.null, undefined),
  removed: state.has("x"),
  mapped: data.map([1], answers),
  optional: text.trim(" a ", undefined),
  returned: json.encode([1, json.null]),
  null: [json.null, 1],
};
