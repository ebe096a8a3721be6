local value = toml.decode('title = "x"\nbig = 9007199254740993\nday = 2026-01-02\nat = 2026-01-02T03:04:05Z\n[owner]\nname = "Ada"\nscores = [1, 2.5]\n')
local _, wrong = pcall(toml.decode, "a = 1\nb = \n")
local _, hole = pcall(toml.encode, { a = params.bytes })
return {
  title = value.title,
  big = value.big,
  day = value.day,
  at = value.at,
  owner = value.owner,
  text = toml.encode({ b = 1, a = { c = "x" } }, { sortKeys = true }),
  same = data.equal(toml.decode(toml.encode(value)), value),
  wrong = { wrong.code, wrong.details.line, wrong.details.column },
  bytes = hole.code,
}
