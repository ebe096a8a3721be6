local values = { user = { first_name = "Ada", maxTokens = 5 }, items = { "a", "b" }, html = "<b>" }
local _, missing = pcall(template.render, "{{ nobody }}", values)
local _, wrong = pcall(template.render, "a\n{% if %}")
return {
  plain = template.render("Hi {{ user.first_name | upcase }}: {{ user.maxTokens }}", values),
  loop = template.render("{% for i in items %}{{ forloop.index }}{{ i }}{% unless forloop.last %},{% endunless %}{% endfor %}", values),
  data = template.render("{{ items }}", values),
  fallback = template.render("{{ nobody | default: 'x' }}{% if nobody %}no{% endif %}", values),
  lenient = template.render("[{{ nobody }}]", values, { strict = false }),
  html = template.render("{{ html }}{{ html | raw }}", values, { escape = "html" }),
  partial = template.render("{% render 'p', name: 'Bob' %}", {}, { partials = { p = "({{ name }})" } }),
  variables = template.variables("{{ step.output }} {% if a.b %}{{ c }}{% endif %}"),
  valid = util.type_of(template.validate("{{ a }}")),
  invalid = util.type_of(template.validate("{% if %}")),
  missing = missing.code,
  wrong = { wrong.code, wrong.details.line },
}
