// Values instead of prose: the answer fits a JSON Schema, or the call fails.

const order = await llm.extract("Name: Marie Curie\nCity: Paris\nQuantity: 3\nPlease send it today, it is urgent.", {
  type: "object",
  properties: {
    name: { type: "string" },
    city: { type: "string" },
    quantity: { type: "integer" },
    urgent: { type: "boolean" },
  },
  required: ["name", "city", "quantity", "urgent"],
});
console.log(json.encode(order, { sortKeys: true }));

const labels = ["delivery", "payment", "quality"];
console.log(await llm.classify("Delivery of my parcel took three weeks.", labels));
console.log(await llm.classify("I was charged twice, please refund the second payment.", labels));
