const store = state.create({ data: { a: 1 } });
const ch = channel.new(1);
await ch.send({ store });
const received = (await ch.receive()).store;
received.set("b", 2);
state.set("kept", store);
cache.set("kept", store);
const failure = (fn) => { try { fn(); return { code: "none" }; } catch (error) { return error; } };
return {
  all: store.all(),
  same: [received === store, state.get("kept") === store, cache.get("kept") === store],
  kind: util.typeOf(store),
  codes: [failure(() => json.encode(store)).code, failure(() => state.merge(ch)).code],
  unknown: util.typeOf(store.no_such_method),
};
