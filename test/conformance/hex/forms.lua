local _, odd = pcall(hex.decode, "abc")
local _, digit = pcall(hex.decode, "xy")
return {
  text = hex.encode("hé"),
  upper = hex.encode(params.bytes, { upper = true }),
  back = hex.decode("0x68 c3A9"),
  bytes = hex.decode("ff00"),
  odd = odd.code,
  digit = digit.code,
}
