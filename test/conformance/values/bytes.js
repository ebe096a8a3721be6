fs.writeBytes("b.bin", params.bytes);
const ch = channel.new(1);
await ch.send(params.bytes);
return {
  length: params.bytes.length,
  hex: hex.encode(params.bytes),
  file: fs.readBytes("b.bin"),
  through_a_channel: await ch.receive(),
  kind: util.typeOf(params.bytes),
  equal: data.equal(params.bytes, fs.readBytes("b.bin")),
  decoded: base64.decode("/wA="),
};
