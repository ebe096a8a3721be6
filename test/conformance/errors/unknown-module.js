const name = "lib";
await import("./no/such/module.js");
