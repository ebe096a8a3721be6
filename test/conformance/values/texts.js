const whole = "zero \0, tab \t, é, 日本, 😀, \u2028";
return {
  back: whole,
  length: text.length(whole),
  hex: hex.encode(whole),
  json: json.decode(json.encode(whole)) === whole,
  file: (() => {
    fs.write("t.txt", whole);
    return fs.read("t.txt") === whole;
  })(),
  long: new TextEncoder().encode(json.encode("é".repeat(50000))).length,
  key: data.keys({ [whole]: 1 })[0] === whole,
};
