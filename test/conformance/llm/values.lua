local order = llm.object({
  prompt = "Order: quantity: 3, product: \"apples\".",
  schema = { type = "object", properties = { quantity = { type = "integer" }, product = { type = "string" } }, required = { "quantity", "product" } },
})
local short = llm.object("quantity: 4", { schema = { quantity = "integer" } })
local _, no_schema = pcall(llm.object, "x")
local _, bad_schema = pcall(llm.object, { prompt = "x", schema = { type = "wrong" } })
return {
  order = order,
  short = short,
  array = llm.array("List the fruits in the text.\n\nText:\n- apples\n- pears"),
  enum = llm.enum("The sky is blue today", { "red", "blue" }),
  classify = llm.classify("I love this, it is great!", { "positive", "negative" }),
  classify_whole = llm.classify({ text = "An awful, terrible day", labels = { "positive", "negative" } }),
  extract = llm.extract("Contact: ada@example.com", { email = { type = "string", format = "email" } }),
  codes = { no_schema.code, bad_schema.code },
}
