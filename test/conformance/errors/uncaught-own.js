throw Object.assign(new Error("my message"), { code: "my.code" });
