const caught = async (promise) => { try { await promise; return undefined; } catch (error) { return error; } };
const order = await llm.object({
  prompt: 'Order: quantity: 3, product: "apples".',
  schema: { type: "object", properties: { quantity: { type: "integer" }, product: { type: "string" } }, required: ["quantity", "product"] },
});
const short = await llm.object("quantity: 4", { schema: { quantity: "integer" } });
const noSchema = await caught(llm.object("x"));
const badSchema = await caught(llm.object({ prompt: "x", schema: { type: "wrong" } }));
return {
  order,
  short,
  array: await llm.array("List the fruits in the text.\n\nText:\n- apples\n- pears"),
  enum: await llm.enum("The sky is blue today", ["red", "blue"]),
  classify: await llm.classify("I love this, it is great!", ["positive", "negative"]),
  classify_whole: await llm.classify({ text: "An awful, terrible day", labels: ["positive", "negative"] }),
  extract: await llm.extract("Contact: ada@example.com", { email: { type: "string", format: "email" } }),
  codes: [noSchema.code, badSchema.code],
};
