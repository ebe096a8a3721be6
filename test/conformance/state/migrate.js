const code = (fn) => { try { fn(); return undefined; } catch (error) { return error.code; } };
const first = state.create({ path: "s.json", data: { name: "Ada Lovelace" }, version: 1 });
let runs = 0;
const options = {
  path: "s.json",
  migrations: [
    (data) => {
      runs += 1;
      const [given, family] = data.name.split(" ");
      return { given, family };
    },
    (data) => ({ ...data, tags: [] }),
  ],
  schema: { type: "object", required: ["given", "tags"] },
};
const second = state.create(options);
state.create(options);
const newer = code(() => state.create({ path: "s.json", version: 2 }));
const missing = code(() => state.create({ path: "s.json", version: 5, migrations: [(data) => data] }));
const unfit = code(() => state.create({ path: "s.json", version: 4, migrations: [(d) => d, (d) => d, () => ({ given: 1 })], schema: { type: "object", required: ["family"] } }));
const fresh = state.create({ path: "fresh.json", data: { a: 1 }, migrations: [() => { throw new Error("never"); }] });
state.set("n", 1);
const migrated = [fresh.migrate(2, (data) => data), state.migrate(2, (data) => ({ n: data.n + 1 })), state.migrate(2, (data) => ({ n: data.n + 1 }))];
return {
  all: second.all(),
  runs,
  versions: [first.dataVersion(), fresh.dataVersion(), state.dataVersion()],
  codes: [newer, missing, unfit],
  kept: second.get("family"),
  fresh: fresh.get("a"),
  migrated,
  n: state.get("n"),
};
