const caught = (fn) => { try { fn(); return undefined; } catch (error) { return error; } };
const one = state.create({ data: { a: { x: 1 }, list: [1] } });
const two = state.create({ persistence: "memory", data: { a: { y: 2 }, list: [1, 2] } });
const file = caught(() => state.create({ persistence: "postgres" }));
const scope = caught(() => state.create({ scope: "global" }));
const unknown = caught(() => state.create({ persistance: "memory" }));
return {
  apart: [one.has("a.y"), state.has("a")],
  deep: one.merge(two).all(),
  last: one.merge(two, { strategy: "last" }).all(),
  union: one.merge(two, { strategy: "union" }).get("list"),
  codes: [file.code, scope.code, unknown.code],
};
