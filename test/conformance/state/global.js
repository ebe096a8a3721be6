const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const changes = [];
state.set("user.name", "Ada");
state.set("user.max_tokens", 5);
state.set("list", [1, 2]);
const watch = state.watch("user", (value, before, path) => {
  changes.push(`${path}=${value.name} was ${before.name}`);
});
state.set("user.name", "Bob");
watch.stop();
state.set("user.name", "Cy");
const counted = state.update("count", (now) => (now ?? 0) + 1);
const first = state.snapshot();
state.save("named");
const atomic = state.atomic(() => {
  state.set("count", 10);
  return "done";
});
const undone = caught(() => state.atomic(() => {
  state.set("count", 99);
  throw Object.assign(new Error("back"), { code: "my.error" });
}));
const afterFailure = state.get("count");
const versions = state.versions();
const valid = state.validate({ type: "object", required: ["user"] });
const invalid = state.validate({ type: "object", properties: { count: { type: "string" } } });
const result = {
  get: [state.get("user.name"), state.get("user.max_tokens"), state.get("list.1"), state.get("no.way", "fallback")],
  nothing: util.typeOf(state.get("nothing")),
  has: [state.has("user.name"), state.has("user.nope")],
  keys: state.keys("user"),
  values: state.values("user"),
  entries: state.entries("user"),
  changes,
  counted,
  atomic: [atomic, undone.code, afterFailure],
  versions: [first, versions.length, versions[1].name],
  valid: [valid.valid, valid.errors.length, invalid.valid, invalid.errors[0].path],
  delete: [state.delete("list"), state.delete("list"), state.has("list")],
  flat: state.transform({ type: "flatten" }).all(),
  picked: state.transform({ type: "pick", keys: ["user.name"] }).all(),
  custom: state.transform({ type: "custom", fn: (all) => ({ n: all.count }) }).all(),
  clean: state.transform({ type: "sanitize", keys: ["name"], replacement: "***" }).get("user.name"),
  merged: state.merge({ user: { name: "Zoe" }, extra: 1 }).all(),
  ours: state.merge({ user: { name: "Zoe" } }, { conflict_resolution: "ours" }).get("user.name"),
};
result.conflict = caught(() => state.merge({ user: { name: "Zoe" } }, { conflictResolution: "error" })).code;
state.restore(first);
result.restored = state.get("count");
state.set("count", 7);
state.load("named");
result.loaded = [state.get("count"), state.get("user.name")];
result.saved = state.list();
state.setMetadata("author", "me");
state.addArtifact("report", { text: "x" });
state.addMessage("hello");
state.addMessage({ role: "user", content: "again" });
result.annex = [state.metadata("author"), state.metadata().author, state.artifacts("report").text, state.messages()[0], state.messages()[1].content];
const throughText = caught(() => state.set("user.name.deep", 1));
const noVersion = caught(() => state.restore("unknown"));
result.codes = [throughText.code, noVersion.code];
result.all = state.all().count;
state.clear();
result.cleared = state.keys();
return result;
