local code = function(...)
  local ok, problem = pcall(...)
  return ok or problem.code
end
local found = tools.regex_extract("12 and 7", "\\d+").matches
return {
  tools.template_render("Dear {{ name }}", {name = "Ada"}).text,
  {found[1].text, found[2].text},
  tools.regex_replace("2-1", "(\\d)-(\\d)", "$2-$1").text,
  tools.text_diff("a\nb\n", "a\nc\nd\n").added,
  tools.text_split({text = "a,b", by = "separator", separator = ","}).pieces,
  tools.text_statistics("One two. Three!").words,
  code(tools.template_render, "{{ nobody }}"),
}
