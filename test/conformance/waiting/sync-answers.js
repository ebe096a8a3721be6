const store = await state.create();
const before = await store.get("a");
store.set("a", 1);
const isPromise = [store.set("b", 2), fs.exists("nowhere"), json.encode([1]), cache.get("none"), llm.session()].some((value) => value instanceof Promise);
if (isPromise) return "a sync method answered with a promise";
return [util.typeOf(before), await store.get("a"), await fs.exists("nowhere"), await json.encode([1]), await cache.get("none", "fallback"), llm.session().history()];
