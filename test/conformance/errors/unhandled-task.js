async.spawn(() => { throw Object.assign(new Error("nobody looked"), { code: "my.unseen" }); });
await async.sleep(5);
return "done";
