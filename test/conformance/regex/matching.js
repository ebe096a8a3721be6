const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const first = regex.find("say 😀 2026-11", "(?P<year>\\d{4})-(\\d\\d)(x)?");
const all = regex.findAll("a1b22c333", "[a-z](\\d+)", { limit: 2 });
const lookahead = caught(() => regex.test("a", "(?=a)"));
const wrong = caught(() => regex.find("a", "("));
const flag = caught(() => regex.test("a", "a", { flags: "g" }));
return {
  test: [regex.test("Hello", "^hell"), regex.test("Hello", "^hell", { flags: "i" }), regex.test("a\nb", "^b", { flags: "m" }), regex.test("a\nb", "a.b", { flags: "s" })],
  text: first.text,
  index: first.index,
  ends: first.stop,
  spans: [...first.spans.slice(0, 3), util.typeOf(first.spans[3]), regex.find("ab", "(a)|(b)").spans.length],
  year: first.named.year,
  month: first.groups[1],
  absent: util.typeOf(first.groups[2]),
  nothing: util.typeOf(regex.find("a", "b")),
  whole: regex.match("abc", "a.c").text,
  not_whole: util.typeOf(regex.match("xabc", "a.c")),
  all: [all[0].text, all[1].groups[0], all.length],
  replace: regex.replace("a1b2", "([a-z])(\\d)", "$2$1$$$&"),
  replace_named: regex.replace("k=v", "(?P<k>\\w)=(?P<v>\\w)", "$<v>=$<k>"),
  replace_with: regex.replace("a1b2", "\\d", (found, match) => (found === "2" ? null : `[${found}@${match.index}]`)),
  replace_one: regex.replace("aaa", "a", "b", { limit: 1 }),
  split: regex.split("a, b;c", "[,;] ?"),
  split_limit: regex.split("a,b,c", ",", { limit: 2 }),
  escape: regex.test("a.b", `^${regex.escape("a.b")}$`),
  escaped: regex.test("axb", `^${regex.escape("a.b")}$`),
  linear: regex.test(`${"a".repeat(5000)}b`, "^(a+)+$"),
  codes: [lookahead.code, wrong.code, flag.code],
};
