const throughABridge = (thrown) => {
  try {
    data.each([1], () => { throw thrown; });
  } catch (caught) {
    return caught;
  }
};
let again;
try {
  json.decode("{");
} catch (error) {
  again = error;
}
const rethrown = throughABridge(again);
return {
  text: [throughABridge("text").code, throughABridge("text").message],
  number: [throughABridge(42).code, throughABridge(42).message],
  nothing: throughABridge(null).code,
  only_message: [throughABridge({ message: "said" }).code, throughABridge({ message: "said" }).message],
  known_code: [throughABridge({ code: "http.network", message: "m" }).code, throughABridge({ code: "http.network", message: "m" }).message],
  rethrown: [rethrown.code, rethrown.message === again.message, rethrown.details.offset],
  as_data: [json.decode(json.encode(again)).code, util.typeOf(again)],
};
