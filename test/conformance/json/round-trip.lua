local copy = json.decode(json.encode(params.data))
return {
  text = json.encode({ a = { 1, 2 } }),
  same = data.equal(copy, params.data),
  pretty = json.encode({ a = 1 }, { indent = 2 }),
}
