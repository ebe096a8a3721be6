return await tools.create({ name: "t", parameters: { name: { type: "string", required: true }, count: "number" }, execute: print }).execute({ count: "x", nam: 1 });
