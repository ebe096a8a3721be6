local s = params.server
local lines, pieces = {}, {}
for line in http.stream(s .. "/stream", { as = "lines" }) do lines[#lines + 1] = line end
local done = http.stream(s .. "/stream", { on_chunk = function(piece)
  async.sleep(1)
  pieces[#pieces + 1] = piece
end })
local short = {}
http.stream(s .. "/text", function(piece) short[#short + 1] = piece end)
local open = http.stream(s .. "/stream")
local first = open:next()
open:close()
local saved = http.download(s .. "/bytes", "got/data.bin")
local _, status = pcall(http.download, s .. "/status/500", "got/none.bin")
return {
  lines = lines,
  pieces = table.concat(pieces),
  status = done.status,
  short = table.concat(short),
  first = text.starts_with("one\ntwo\nthree\n", first),
  closed = util.type_of(open:next()),
  saved = { saved.bytes, saved.path, saved.status, fs.read_bytes("got/data.bin") },
  refused = { status.code, status.details.status, fs.exists("got/none.bin") },
}
