// Output, parameters and a result.
//
//   llmspell run examples/hello.js --param name=Ada

const name = params.name ?? "world";
console.log(`Hello, ${name}!`);
return { name, letters: [...name].length };
