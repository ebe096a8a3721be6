return await tools.create({ name: "t", execute: async () => { throw new Error("no luck"); } }).execute();
