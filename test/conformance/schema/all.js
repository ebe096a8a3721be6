const code = (fn) => { try { fn(); return undefined; } catch (error) { return error.code; } };
const first = schema.register("user", { name: { type: "string", required: true }, age: "integer" });
const again = schema.register("user", { name: { type: "string", required: true }, age: "integer" });
const refused = code(() => schema.register("user", { name: "integer" }, { compatible: true }));
const second = schema.register("user", { name: { type: "string", required: true }, age: "integer", mail: { type: "string", required: true } });
const bad = schema.validate("user@1", { name: 5 });
const good = schema.validate("user@1", { name: "Ada", age: "36" }, { coerce: true });
schema.addFormat("even", (value) => value % 2 === 0);
schema.addKeyword("startsWith", (value, start) => value.startsWith(start) || `does not start with ${start}`);
const own = { type: "object", properties: { n: { type: "integer", format: "even" }, s: { type: "string", startsWith: "ab" } } };
const custom = schema.validate(own, { n: 3, s: "x" });
const diff = schema.diff("user@1", "user@2");
const versions = schema.versions("user");
return {
  registered: [first, again, refused, second],
  bad: [bad.valid, bad.errors[0].path],
  good: [good.valid, good.value.age],
  custom: [custom.valid, custom.errors[0].path, custom.errors[1].message, schema.validate(own, { n: 2, s: "abc" }).valid],
  diff: [diff.breaking, diff.changes[0].path, diff.changes[0].kind],
  versions: [versions.length, versions[1].breaking],
  list: schema.list(),
  get: schema.get("user", 1).properties.name.type,
  coerced: schema.coerce({ type: "array", items: { type: "number" } }, "1.5"),
  inferred: schema.infer([{ a: 1, b: "x" }, { a: 1.5 }]),
  merged: schema.merge([{ type: "number", minimum: 1 }, { type: "integer", minimum: 3 }]),
  any: schema.merge([{ type: "string" }, { type: "integer" }], "any").type,
  json: schema.toJsonSchema({ q: { type: "string", required: true } }),
  short: schema.fromJsonSchema({ type: "object", properties: { q: { type: "string" } }, required: ["q"] }),
  open_api: schema.toOpenApi({ User: { type: "object", properties: { n: { type: ["string", "null"] } } } }, { version: "3.0" }).components.schemas.User.properties.n,
  codes: [
    code(() => schema.get("nobody")),
    code(() => schema.validate({ type: "nonsense" }, 1)),
    code(() => schema.merge([{ type: "string" }, { type: "integer" }])),
    code(() => schema.fromJsonSchema({ type: "string" })),
    code(() => schema.validate("user@9", 1)),
  ],
};
