const { matches } = await tools.regex_extract("12 and 7", "\\d+");
return [
  (await tools.template_render("Dear {{ name }}", { name: "Ada" })).text,
  matches.map(({ text }) => text),
  (await tools.regex_replace("2-1", "(\\d)-(\\d)", "$2-$1")).text,
  (await tools.text_diff("a\nb\n", "a\nc\nd\n")).added,
  (await tools.text_split({ text: "a,b", by: "separator", separator: "," })).pieces,
  (await tools.text_statistics("One two. Three!")).words,
  await tools.template_render("{{ nobody }}").catch((problem) => problem.code),
];
