let option;
try {
  json.encode(1, { indnt: 2 });
} catch (error) {
  option = error;
}
return {
  option: [option.code, text.contains(option.message, "indnt")],
  method: util.typeOf(json.no_such_method),
  bridge: util.typeOf(globalThis.no_such_bridge),
  internal: [util.typeOf(llm.generate), util.typeOf(fs.askRead), util.typeOf(http.exchange)],
};
