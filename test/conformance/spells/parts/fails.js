
throw Object.assign(new Error("no luck"), { code: "my.code", details: { snake_key: 1 } });
