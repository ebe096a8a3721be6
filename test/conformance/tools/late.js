return await tools.create({ name: "t", timeoutMs: 20, execute: () => util.sleep(10000) }).execute();
