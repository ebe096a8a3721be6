local person = { type = "object", properties = { name = { type = "string" }, age = { type = "integer" } }, required = { "name", "age" } }
local function code(fn, ...)
  local _, err = pcall(fn, ...)
  return err.code
end
local cut = structured.inspect("Sure! ```json\n{'name': \"Ada\", age: '36', // years\n", { schema = person })
local wrong = structured.inspect('{"name": 5}', { schema = person })
local stream = structured.stream({ schema = person })
local partial = { stream:push("Here: {\"na"), stream:push("me\": \"Ad"), stream:push("a\", \"age\": 3"), stream:push("6}") }
return {
  json = structured.parse('The answer: {"name": "Ada", "age": 36,} I hope', { schema = person }),
  yaml = structured.parse("```yaml\nname: Ada\nage: 36\n```", { format = "yaml", schema = person }),
  xml = structured.parse("<p><name>Ada</name><age>36</age></p>", { format = "xml", schema = person }),
  list = structured.parse("<tags><tag>a</tag></tags>", { format = "xml", schema = { type = "array", items = { type = "string" } } }),
  cut = { cut.valid, cut.value, cut.repaired },
  wrong = { wrong.valid, #wrong.problems },
  codes = {
    code(structured.parse, "no value here"),
    code(structured.parse, '{"name": 5}', { schema = person }),
    code(structured.parse, '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', { format = "xml" }),
    code(structured.parse, "x", { format = "toml" }),
  },
  written = { structured.stringify({ a = 1 }, { indent = 0 }), structured.stringify({ a = { 1, 2 } }, { format = "yaml" }), structured.stringify({ a = "<" }, { format = "xml", root = "r" }) },
  prompt = structured.prompt(person, "yaml"):find("YAML", 1, true) ~= nil,
  partial = { util.type_of(partial[1]), partial[2].name, util.type_of(partial[3].age), partial[4].age },
  finished = stream:finish(),
  value = stream:value().name,
  format = stream.format,
}
