local first = regex.find("say 😀 2026-11", "(?P<year>\\d{4})-(\\d\\d)(x)?")
local all = regex.find_all("a1b22c333", "[a-z](\\d+)", { limit = 2 })
local _, lookahead = pcall(regex.test, "a", "(?=a)")
local _, wrong = pcall(regex.find, "a", "(")
local _, flag = pcall(regex.test, "a", "a", { flags = "g" })
return {
  test = { regex.test("Hello", "^hell"), regex.test("Hello", "^hell", { flags = "i" }), regex.test("a\nb", "^b", { flags = "m" }), regex.test("a\nb", "a.b", { flags = "s" }) },
  text = first.text,
  index = first.index,
  ends = first.stop,
  spans = { first.spans[1], first.spans[2], first.spans[3], util.type_of(first.spans[4]), #regex.find("ab", "(a)|(b)").spans },
  year = first.named.year,
  month = first.groups[2],
  absent = util.type_of(first.groups[3]),
  nothing = util.type_of(regex.find("a", "b")),
  whole = regex.match("abc", "a.c").text,
  not_whole = util.type_of(regex.match("xabc", "a.c")),
  all = { all[1].text, all[2].groups[1], #all },
  replace = regex.replace("a1b2", "([a-z])(\\d)", "$2$1$$$&"),
  replace_named = regex.replace("k=v", "(?P<k>\\w)=(?P<v>\\w)", "$<v>=$<k>"),
  replace_with = regex.replace("a1b2", "\\d", function(found, match)
    if found == "2" then return nil end
    return "[" .. found .. "@" .. match.index .. "]"
  end),
  replace_one = regex.replace("aaa", "a", "b", { limit = 1 }),
  split = regex.split("a, b;c", "[,;] ?"),
  split_limit = regex.split("a,b,c", ",", { limit = 2 }),
  escape = regex.test("a.b", "^" .. regex.escape("a.b") .. "$"),
  escaped = regex.test("axb", "^" .. regex.escape("a.b") .. "$"),
  linear = regex.test(("a"):rep(5000) .. "b", "^(a+)+$"),
  codes = { lookahead.code, wrong.code, flag.code },
}
