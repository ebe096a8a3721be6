const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const digit = caught(() => base64.decode("a*b="));
const cut = caught(() => base64.decode("a"));
const noText = caught(() => base64.decode("/wA=", { as: "text" }));
return {
  text: base64.encode("héllo?>"),
  bytes: base64.encode(params.bytes),
  url_safe: base64.encode(params.bytes, { urlSafe: true }),
  padded: base64.encode("a", { url_safe: true, padding: true }),
  back: base64.decode("aMOp bGxv\nPz4="),
  back_bytes: base64.decode("_wCA"),
  byte_count: base64.decode("YcOp", { as: "bytes" }).length,
  digit: digit.code,
  cut: cut.code,
  no_text: noText.code,
};
