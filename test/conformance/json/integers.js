const big = json.decode("[9007199254740993, -9223372036854775808, 123456789012345678901234567890, 1.0, 1e2]");
return {
  text: json.encode([big[0], big[1]]),
  same: data.equal(big[0], params.big),
  exact: big[0],
  kinds: [util.typeOf(big[0]), util.typeOf(big[2]), util.typeOf(big[3]), util.typeOf(big[4])],
  given: json.encode(params.big),
};
