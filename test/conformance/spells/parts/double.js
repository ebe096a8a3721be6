console.log(`doubling ${params.n}`);
return { n: params.n * 2, by: "javascript", file: spell.name, args };
