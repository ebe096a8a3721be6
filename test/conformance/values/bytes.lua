fs.write_bytes("b.bin", params.bytes)
local ch = channel.new(1)
ch:send(params.bytes)
return {
  length = #params.bytes,
  hex = hex.encode(params.bytes),
  file = fs.read_bytes("b.bin"),
  through_a_channel = ch:receive(),
  kind = util.type_of(params.bytes),
  equal = data.equal(params.bytes, fs.read_bytes("b.bin")),
  decoded = base64.decode("/wA="),
}
