local function code(fn, ...)
  local _, err = pcall(fn, ...)
  return err.code
end
local first = schema.register("user", { name = { type = "string", required = true }, age = "integer" })
local again = schema.register("user", { name = { type = "string", required = true }, age = "integer" })
local refused = code(schema.register, "user", { name = "integer" }, { compatible = true })
local second = schema.register("user", { name = { type = "string", required = true }, age = "integer", mail = { type = "string", required = true } })
local bad = schema.validate("user@1", { name = 5 })
local good = schema.validate("user@1", { name = "Ada", age = "36" }, { coerce = true })
schema.add_format("even", function(value) return value % 2 == 0 end)
schema.add_keyword("startsWith", function(value, with)
  if value:sub(1, #with) == with then return true end
  return "does not start with " .. with
end)
local own = { type = "object", properties = { n = { type = "integer", format = "even" }, s = { type = "string", startsWith = "ab" } } }
local custom = schema.validate(own, { n = 3, s = "x" })
local diff = schema.diff("user@1", "user@2")
local versions = schema.versions("user")
return {
  registered = { first, again, refused, second },
  bad = { bad.valid, bad.errors[1].path },
  good = { good.valid, good.value.age },
  custom = { custom.valid, custom.errors[1].path, custom.errors[2].message, schema.validate(own, { n = 2, s = "abc" }).valid },
  diff = { diff.breaking, diff.changes[1].path, diff.changes[1].kind },
  versions = { #versions, versions[2].breaking },
  list = schema.list(),
  get = schema.get("user", 1).properties.name.type,
  coerced = schema.coerce({ type = "array", items = { type = "number" } }, "1.5"),
  inferred = schema.infer({ { a = 1, b = "x" }, { a = 1.5 } }),
  merged = schema.merge({ { type = "number", minimum = 1 }, { type = "integer", minimum = 3 } }),
  any = schema.merge({ { type = "string" }, { type = "integer" } }, "any").type,
  json = schema.to_json_schema({ q = { type = "string", required = true } }),
  short = schema.from_json_schema({ type = "object", properties = { q = { type = "string" } }, required = { "q" } }),
  open_api = schema.to_open_api({ User = { type = "object", properties = { n = { type = { "string", "null" } } } } }, { version = "3.0" }).components.schemas.User.properties.n,
  codes = {
    code(schema.get, "nobody"),
    code(schema.validate, { type = "nonsense" }, 1),
    code(schema.merge, { { type = "string" }, { type = "integer" } }),
    code(schema.from_json_schema, { type = "string" }),
    code(schema.validate, "user@9", 1),
  },
}
