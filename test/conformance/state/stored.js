const caught = (fn) => { try { return fn(); } catch (error) { return error; } };
const result = [];
const places = [{ scope: "spell" }, { persistence: "sqlite", path: "kept.db" }, { persistence: "file", path: "kept.json" }];
for (const place of places) {
  const one = state.create({ ...place, data: { count: 1, sparse: { 5: "five", "-1": "minus" } } });
  const other = state.create(place);
  one.set("user.name", "Ada");
  one.set("bytes", new Uint8Array([0, 255]));
  one.set("float", 0.5);
  one.set("big", 9007199254740993n);
  const counted = other.update("count", (now) => now + 1);
  const atomic = await one.atomic(async (tx) => {
    one.set("seen", one.get("count"));
    await async.sleep(1);
    tx.set("again", tx.get("count"));
    return "done";
  });
  const undone = caught(() => one.atomic(() => {
    other.set("count", 99);
    throw Object.assign(new Error("back"), { code: "my.error" });
  }));
  const outside = await one.atomic(async () => {
    await async.sleep(1);
    one.set("count", 0);
  }).catch((error) => error);
  const fn = caught(() => one.set("fn", [() => 1]));
  one.save("early");
  one.set("count", null);
  one.setMetadata("owner", "me");
  one.addArtifact("report", [1, 2]);
  one.addMessage("hello");
  const sparse = other.get("sparse");
  const bytes = other.get("bytes");
  result.push({
    keys: other.keys(),
    name: other.get("user.name"),
    bytes: bytes instanceof Uint8Array && bytes[1] === 255,
    big: other.get("big") === 9007199254740993n,
    sparse: [sparse[5], sparse[-1]],
    counted,
    atomic: [atomic, one.get("seen"), one.get("again")],
    codes: [undone.code, outside.code, fn.code],
    annex: [other.metadata("owner"), other.artifacts("report")[1], other.messages()[0]],
    versions: other.list(),
    picked: other.transform({ type: "pick", keys: ["user"] }).all(),
    merged: other.merge({ user: { age: 36 } }).get("user"),
    valid: other.validate({ type: "object", required: ["user"] }).valid,
  });
  other.load("early");
  result.at(-1).loaded = one.get("count");
}
return result;
