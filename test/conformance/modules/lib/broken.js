throw Object.assign(new Error("while loading"), { code: "my.module" });
