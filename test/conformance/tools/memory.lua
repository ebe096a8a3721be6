local stored = tools.memory_store("name", {first = "Ada"})
return {
  stored.replaced,
  tools.memory_recall("name").value,
  tools.memory_recall("nane").similar,
  tools.memory_list().count,
  tools.memory_forget("name").forgotten,
  tools.memory_recall("name").found,
}
