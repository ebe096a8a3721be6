const partials = [];
const schema = { type: "object", properties: { name: { type: "string" }, age: { type: "integer" } }, required: ["name", "age"] };
const value = await llm.streamObject({ prompt: "who", schema }, (partial) => { partials.push(partial); });
let code;
try { await llm.streamObject("who else", () => {}, { schema }); } catch (error) { code = error.code; }
return { value, grew: partials.length > 1, last: partials.at(-1), code };
