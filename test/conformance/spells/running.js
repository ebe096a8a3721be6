const same = await spells.run("parts/double.lua", { n: 2, snake_key: true }, { args: ["a"] });
const other = await spells.run("parts/double.js", { n: 3 });
const byName = await spells.run("parts/double", { n: 4 });
const packaged = await spells.run("tool", { who: "Ada" });
const failure = (...args) => spells.run(...args).then(() => ({}), (error) => error);
const code = async (...args) => (await failure(...args)).code;
const failed = await failure("parts/fails.lua");
const foreign = await failure("parts/fails.js");
return {
  same, other, by_name: byName.by === "javascript", packaged,
  failed: [failed.code, failed.message, failed.details.snake_key],
  foreign: [foreign.code, foreign.message, foreign.details.snake_key],
  missing: await code("parts/nothing"), outside: await code("../values/x.lua"), wrong: await code("tool", {}),
  handed: await code("parts/double.lua", { f: () => {} }),
  endless: await code("parts/itself.js"),
};
