local _, unknown = pcall(crypto.hash, "a", { algorithm = "crc" })
local _, range = pcall(crypto.random_int, 5, 1)
local v4, v7 = crypto.uuid(), crypto.uuid({ version = 7 })
local rolls = {}
for _ = 1, 50 do rolls[#rolls + 1] = crypto.random_int(1, 3) end
return {
  sha256 = crypto.hash("abc"),
  md5 = crypto.hash("", { algorithm = "md5" }),
  base64 = crypto.hash("abc", { encoding = "base64", algorithm = "sha1" }),
  bytes = #crypto.hash(params.bytes, { encoding = "bytes" }),
  of_bytes = crypto.hash(params.bytes),
  hmac = crypto.hmac("The quick brown fox jumps over the lazy dog", "key"),
  equal = { crypto.timing_safe_equal("a", "a"), crypto.timing_safe_equal("a", "ab") },
  uuid4 = regex.test(v4, "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
  uuid7 = regex.test(v7, "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"),
  fresh = crypto.uuid() ~= crypto.uuid(),
  random_bytes = { #crypto.random_bytes(16), crypto.random_bytes(16) ~= crypto.random_bytes(16) },
  in_range = { data.min(rolls) >= 1, data.max(rolls) <= 3, data.size(data.uniq(rolls)) == 3 },
  random_text = regex.test(crypto.random_text(20, "xy"), "^[xy]{20}$"),
  algorithms = data.contains(crypto.algorithms, "sha256"),
  codes = { unknown.code, range.code },
}
