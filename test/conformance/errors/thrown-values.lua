local function through_a_bridge(thrown)
  local _, caught = pcall(data.each, { 1 }, function() error(thrown, 0) end)
  return caught
end
local _, again = pcall(json.decode, "{")
local _, rethrown = pcall(data.each, { 1 }, function() error(again) end)
return {
  text = { through_a_bridge("text").code, through_a_bridge("text").message },
  number = { through_a_bridge(42).code, through_a_bridge(42).message },
  nothing = through_a_bridge(nil).code,
  only_message = { through_a_bridge({ message = "said" }).code, through_a_bridge({ message = "said" }).message },
  known_code = { through_a_bridge({ code = "http.network", message = "m" }).code, through_a_bridge({ code = "http.network", message = "m" }).message },
  rethrown = { rethrown.code, rethrown.message == again.message, rethrown.details.offset },
  as_data = { json.decode(json.encode(again)).code, util.type_of(again) },
}
