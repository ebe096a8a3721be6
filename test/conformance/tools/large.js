return (await tools.create({ name: "t", execute: () => "x".repeat(9000000) }).execute()).length;
