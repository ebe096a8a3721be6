tools.create({ name = "double", parameters = { n = "number" }, execute = function(args) return args.n * 2 end })
tools.create({ name = "add_three", parameters = { n = "number" }, execute = function(args) return args.n + 3 end })
local broken = tools.create({ name = "broken", execute = function() error("no luck") end })
local piped = tools.pipeline({ "double", "add_three", function(value) return value + 2 end }):execute(3)
local both = tools.parallel({ "double", { tool = "add_three", args = { n = 6 } } }):execute({ n = 3 })
local collected = tools.parallel({ "double", broken }, { on_error = "collect" }):run({ n = 3 })
local composed = tools.compose({ name = "both_steps", tags = { "double", "add_three" }, steps = { "double", "double", "double" } })
local value = tools.both_steps(2)
local greeter = tools.from_spell("greeter")
local metrics = broken:metrics()
local history = tools.history({ tool = "double" })
return {
  piped = piped,
  both = both,
  collected = { collected[1].value, collected[2].error.code },
  composed = { value, composed.tags },
  spell = { greeter.description, greeter.version, tools.greeter("ada"), greeter:execute({ who = "ada", times = "2" }) },
  figures = { tools.metrics("double").calls - 2, metrics.errors, #history - 2, history[1].tool, #tools.metrics() > 3 },
}
