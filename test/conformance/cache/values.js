let made = 0;
const make = async () => {
  made += 1;
  await async.sleep(5);
  return { n: made, max_tokens: 1, maxTokens: 2 };
};
cache.set("a", { list: [1, 2] });
cache.set("short", "x", 1);
await async.sleep(10);
const both = await async.all([() => cache.through("k", 60000, make), () => cache.through("k", 60000, make)]);
const again = await cache.through("k", 60000, make);
let failed;
try {
  await cache.through("bad", 60000, () => { throw Object.assign(new Error("no"), { code: "my.error" }); });
} catch (error) {
  failed = error;
}
const result = {
  a: cache.get("a"),
  fallback: cache.get("none", "fallback"),
  nothing: util.typeOf(cache.get("none")),
  expired: cache.has("short"),
  has: cache.has("a"),
  both: [both[0].n, both[1].n],
  again,
  failed: [failed.code, cache.has("bad")],
  keys: cache.keys(),
  deleted: [cache.delete("a"), cache.delete("a")],
};
cache.set("k", null);
result.removed = cache.has("k");
cache.set("z", 1);
cache.clear();
result.cleared = cache.keys();
return result;
