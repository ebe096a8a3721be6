return spells.run("itself.js", { n: (params.n ?? 0) + 1 });
