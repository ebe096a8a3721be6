local whole = "zero \0, tab \t, é, 日本, 😀, \u{2028}"
return {
  back = whole,
  length = text.length(whole),
  hex = hex.encode(whole),
  json = json.decode(json.encode(whole)) == whole,
  file = (function()
    fs.write("t.txt", whole)
    return fs.read("t.txt") == whole
  end)(),
  long = #json.encode(("é"):rep(50000)),
  key = data.keys({ [whole] = 1 })[1] == whole,
}
