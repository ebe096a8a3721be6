local _, digit = pcall(base64.decode, "a*b=")
local _, cut = pcall(base64.decode, "a")
local _, no_text = pcall(base64.decode, "/wA=", { as = "text" })
return {
  text = base64.encode("héllo?>"),
  bytes = base64.encode(params.bytes),
  url_safe = base64.encode(params.bytes, { urlSafe = true }),
  padded = base64.encode("a", { url_safe = true, padding = true }),
  back = base64.decode("aMOp bGxv\nPz4="),
  back_bytes = base64.decode("_wCA"),
  byte_count = #base64.decode("YcOp", { as = "bytes" }),
  digit = digit.code,
  cut = cut.code,
  no_text = no_text.code,
}
