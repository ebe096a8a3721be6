const s = state.create({ data: { user: { name: "Ada" }, n: 1 } });
s.snapshot("first");
const why = (run) => {
  try {
    run();
    return "fine";
  } catch (error) {
    return [error.code, error.message, error.hint !== undefined];
  }
};
const newer = state.create({ data: { a: 1 }, version: 3 });
const never = () => {
  throw new Error("never");
};
const migrated = state.create({ data: { a: 1 }, migrations: [never] });
return [
  why(() => s.set("n.x", 1)),
  why(() => s.keys("n")),
  why(() => s.restore("frist")),
  why(() => s.transform({ type: "fliter", keys: ["n"] })),
  why(() => newer.migrate(2, (data) => data)),
  [newer.dataVersion(), newer.get("a"), migrated.dataVersion(), migrated.get("a")],
  [s.validate({ n: { type: "integer", required: true }, user: "object" }).valid, s.validate({ n: "string", user: "object" }).valid],
];
