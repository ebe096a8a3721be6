local big = params.big
state.set("big", big)
return {
  incremented = big + 1,
  text = tostring(big),
  stored = state.get("big") == big,
  json = json.encode({ big }),
  half = 1 / 2,
  whole = 4 / 2,
  huge = 2.0 ^ 53 * 4,
  nan = params.nan ~= params.nan,
  negative_zero = 1 / params.zero,
  parsed = json.decode("-0.0"),
  compare = big > 9007199254740991,
}
