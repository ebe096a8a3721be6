const stat = fs.stat(".");
const names = [];
for (const name in stat) names.push(text.camelCase(name));
state.set("stat", { mine: 1, is_file: "mine", isFile: "mine too" });
return {
  names: data.sortBy(names),
  own_spelling: [stat.isFile, stat.isDirectory],
  untouched: state.get("stat"),
  nested: (await llm.complete("Say exactly: x")).usage.cachedTokens,
};
