local parsed = url.parse("HTTPS://ada:pw@Example.com:8080/a%20b/c?q=1&tag=x&tag=y#top")
local _, wrong = pcall(url.parse, "not an address")
local _, broken = pcall(url.decode, "%E9")
local _, nothing = pcall(url.build, { path = "/x" })
return {
  protocol = parsed.protocol,
  host = parsed.host,
  hostname = parsed.hostname,
  port = parsed.port,
  user = { parsed.username, parsed.password },
  path = parsed.path,
  query = parsed.query,
  params = parsed.params,
  hash = parsed.hash,
  href = parsed.href,
  relative = url.parse("../x", "https://a.b/c/d/").href,
  default_port = util.type_of(url.parse("https://a.b").port),
  built = url.build({ host = "a.b", port = 81, path = "/x y", params = { list = { 1, 2 } }, hash = "h" }),
  changed = url.build({ base = "https://a.b/c?x=1&y=2", params = { x = json.null, z = true } }),
  resolved = url.resolve("https://a.b/c/d?x", "e/../f"),
  joined = url.join("https://a.b/c/", "d/e", 5, "..", "f g"),
  encoded = url.encode("a b/ü&"),
  decoded = url.decode("a%20b+%C3%BC"),
  parsed_query = url.parse_query("?a=1&b=2&b=3&c"),
  formatted = url.format_query({ list = { "x", "y z" } }),
  valid = { url.is_valid("https://a.b"), url.is_valid("ftp://a.b", { protocols = { "https" } }), url.is_valid("a.b") },
  wrong = wrong.code,
  broken = broken.code,
  nothing = nothing.code,
}
