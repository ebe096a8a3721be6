const store = state.create({ data: { list: [0], count: 0 } });
const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const changes = [];
store.set("user.name", "Ada");
store.set("user.max_tokens", 5);
store.set("list", [1, 2]);
const watch = store.watch("user", (value, before, path) => {
  changes.push(`${path}=${value.name} was ${before.name}`);
});
store.set("user.name", "Bob");
watch.stop();
store.set("user.name", "Cy");
const counted = store.update("count", (now) => (now ?? 0) + 1);
const first = store.snapshot();
store.save("named");
const atomic = store.atomic(() => {
  store.set("count", 10);
  return "done";
});
const undone = caught(() => store.atomic(() => {
  store.set("count", 99);
  throw Object.assign(new Error("back"), { code: "my.error" });
}));
const afterFailure = store.get("count");
const versions = store.versions();
const valid = store.validate({ type: "object", required: ["user"] });
const invalid = store.validate({ type: "object", properties: { count: { type: "string" } } });
const result = {
  get: [store.get("user.name"), store.get("user.max_tokens"), store.get("list.1"), store.get("no.way", "fallback")],
  nothing: util.typeOf(store.get("nothing")),
  has: [store.has("user.name"), store.has("user.nope")],
  keys: store.keys("user"),
  values: store.values("user"),
  entries: store.entries("user"),
  changes,
  counted,
  atomic: [atomic, undone.code, afterFailure],
  versions: [first, versions.length, versions[1].name],
  valid: [valid.valid, valid.errors.length, invalid.valid, invalid.errors[0].path],
  delete: [store.delete("list"), store.delete("list"), store.has("list")],
  flat: store.transform({ type: "flatten" }).all(),
  picked: store.transform({ type: "pick", keys: ["user.name"] }).all(),
  custom: store.transform({ type: "custom", fn: (all) => ({ n: all.count }) }).all(),
  clean: store.transform({ type: "sanitize", keys: ["name"], replacement: "***" }).get("user.name"),
  merged: store.merge({ user: { name: "Zoe" }, extra: 1 }).all(),
  ours: store.merge({ user: { name: "Zoe" } }, { conflict_resolution: "ours" }).get("user.name"),
};
result.conflict = caught(() => store.merge({ user: { name: "Zoe" } }, { conflictResolution: "error" })).code;
store.restore(first);
result.restored = store.get("count");
store.set("count", 7);
store.load("named");
result.loaded = [store.get("count"), store.get("user.name")];
result.saved = store.list();
store.setMetadata("author", "me");
store.addArtifact("report", { text: "x" });
store.addMessage("hello");
store.addMessage({ role: "user", content: "again" });
result.annex = [store.metadata("author"), store.metadata().author, store.artifacts("report").text, store.messages()[0], store.messages()[1].content];
const throughText = caught(() => store.set("user.name.deep", 1));
const noVersion = caught(() => store.restore("unknown"));
result.codes = [throughText.code, noVersion.code];
result.all = store.all().count;
store.clear();
result.cleared = store.keys();
return result;
