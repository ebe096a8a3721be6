local add = tools.create({
  name = "add",
  description = "Adds two numbers.",
  parameters = { a = { type = "number", required = true }, b = { type = "number", default = 5 } },
  positional = { "a", "b" },
  tags = { "math" },
  execute = function(args) return args.a + args.b end,
})
tools.register({ name = "double", parameters = { n = "number" }, handler = function(args) return args.n * 2 end })
tool.register(tools.pipeline({ "double" }, { name = "unused" })):unregister()
local values = {
  tools.execute("add", { a = "2" }),
  tools.execute(add, 5, 7),
  tools.double(6),
  add:execute({ a = 1, b = 2 }),
  add:run(1, 2),
}
local bad = tools.validate("add", { a = 1, b = "x" })
local good = add:validate({ a = "2" })
local known = tools.get("add")
local names = {}
for _, each in ipairs(tools.list({ source = "script" })) do names[#names + 1] = each.name end
return {
  values = values,
  known = { tools.exists("add"), tools.exists("nothing"), known.description, known.source, known.tags, tools.get("nothing") or json.null },
  checked = { bad.valid, bad.errors[1].path, good.valid, good.value.a, good.value.b == 5 },
  schema = { tools.schema("add").type, add:schema().properties.a.type, tools.schema("double").properties.n.type },
  gone = { tools.unregister("double"), tools.exists("double"), add:unregister() },
  names = names,
}
