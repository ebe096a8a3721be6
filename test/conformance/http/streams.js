const s = params.server;
const [lines, pieces, short] = [[], [], []];
for await (const line of await http.stream(`${s}/stream`, { as: "lines" })) lines.push(line);
const done = await http.stream(`${s}/stream`, { on_chunk: async (piece) => {
  await async.sleep(1);
  pieces.push(piece);
} });
await http.stream(`${s}/text`, (piece) => { short.push(piece); });
const open = await http.stream(`${s}/stream`);
const first = await open.next();
await open.close();
const saved = await http.download(`${s}/bytes`, "got/data.bin");
let status;
try {
  await http.download(`${s}/status/500`, "got/none.bin");
} catch (error) {
  status = error;
}
return {
  lines,
  pieces: pieces.join(""),
  status: done.status,
  short: short.join(""),
  first: text.startsWith("one\ntwo\nthree\n", first),
  closed: util.typeOf(await open.next()),
  saved: [saved.bytes, saved.path, saved.status, fs.readBytes("got/data.bin")],
  refused: [status.code, status.details.status, fs.exists("got/none.bin")],
};
