return {
  uuid = regex.test(util.uuid(), "^[0-9a-f-]{36}$") and util.uuid() ~= util.uuid(),
  inspect = util.inspect({ name = "Ada", tags = { "x", 1.5 } }),
  short = util.inspect({ { { {} } } }, { depth = 1 }),
  few = util.inspect({ 1, 2, 3 }, { items = 1 }),
  kinds = data.map({ true, 1, 1.5, "s", params.bytes, params.at, { 1 }, { a = 1 }, channel.new(1), json.null }, util.type_of),
  of_function = util.type_of(function() end),
  of_nil = util.type_of(nil),
}
