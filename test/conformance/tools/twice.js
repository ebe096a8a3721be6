tools.create({ name: "t", execute: print });
tools.create({ name: "t", replace: true, execute: print });
tools.create({ name: "t", execute: print });
