local big = json.decode("[9007199254740993, -9223372036854775808, 123456789012345678901234567890, 1.0, 1e2]")
return {
  text = json.encode({ big[1], big[2] }),
  same = data.equal(big[1], params.big),
  exact = big[1],
  kinds = { util.type_of(big[1]), util.type_of(big[3]), util.type_of(big[4]), util.type_of(big[5]) },
  given = json.encode(params.big),
}
