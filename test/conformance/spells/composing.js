const twice = spells.compose(["parts/double.lua", { spell: "parts/double.js", params: { extra: 1 } }]);
const tool = (await spells.list()).find((each) => each.name === "tool");
return {
  twice: (await twice.run({ n: 5 })).n,
  known: [tool.engine, tool.version, tool.description, tool.parameters.length, tool.parameters[1].default],
};
