const stored = await tools.memory_store("name", { first: "Ada" });
return [
  stored.replaced,
  (await tools.memory_recall("name")).value,
  (await tools.memory_recall("nane")).similar,
  (await tools.memory_list()).count,
  (await tools.memory_forget("name")).forgotten,
  (await tools.memory_recall("name")).found,
];
