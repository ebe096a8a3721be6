const code = (fn) => { try { fn(); return undefined; } catch (error) { return error.code; } };
trace.event("began", { step: 1 });
const given = trace.span("load", (span) => {
  span.attribute("rows", 3);
  span.attributes({ kind: "csv", tags: ["a", "b"] });
  trace.event("read", { bytes: 10 });
  trace.attribute("inner", true);
  const inner = trace.span("parse", (part) => {
    part.status("ok", "fine");
    return 7;
  });
  span.event("parsed");
  return `${span.name}${inner}`;
}, { attributes: { source: "disk" } });
const failed = code(() => trace.span("fails", () => { throw Object.assign(new Error("no"), { code: "my.error" }); }));
let kept;
trace.span("kept", (span) => { kept = span; });
const ended = code(() => kept.event("late"));
const deep = code(() => trace.attribute("deep", { a: { b: 1 } }));
return [given, failed, ended, deep];
