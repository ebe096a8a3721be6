-- Values instead of prose: the answer fits a JSON Schema, or the call fails.

local order = llm.extract("Name: Marie Curie\nCity: Paris\nQuantity: 3\nPlease send it today, it is urgent.", {
  type = "object",
  properties = {
    name = { type = "string" },
    city = { type = "string" },
    quantity = { type = "integer" },
    urgent = { type = "boolean" },
  },
  required = { "name", "city", "quantity", "urgent" },
})
print(json.encode(order, { sort_keys = true }))

local labels = { "delivery", "payment", "quality" }
print(llm.classify("Delivery of my parcel took three weeks.", labels))
print(llm.classify("I was charged twice, please refund the second payment.", labels))
