const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const odd = caught(() => hex.decode("abc"));
const digit = caught(() => hex.decode("xy"));
return {
  text: hex.encode("hé"),
  upper: hex.encode(params.bytes, { upper: true }),
  back: hex.decode("0x68 c3A9"),
  bytes: hex.decode("ff00"),
  odd: odd.code,
  digit: digit.code,
};
