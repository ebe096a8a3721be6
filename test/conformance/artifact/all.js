const code = (fn) => { try { fn(); return undefined; } catch (error) { return error.code; } };
const first = artifact.store("report.md", "# One", { type: "text/markdown", tags: ["draft"], metadata: { author: "me" } });
const again = artifact.store("report.md", "# One", { type: "text/markdown" });
const second = artifact.store("report.md", "# Two", { type: "text/markdown" });
artifact.store("raw", base64.decode("AP8="));
session.create({ id: "s" });
artifact.store("report.md", "of the session", { session: "s" });
const raw = artifact.get("raw");
return {
  versions: [first.version, again.version, second.version],
  about: [first.size, first.type, first.tags, first.metadata.author, first.hash.length, first.hash === crypto.hash("# One")],
  get: [artifact.get("report.md").content, artifact.get("report.md", { version: 1 }).content, artifact.get("report.md", { session: "s" }).content],
  bytes: [util.typeOf(raw.content), raw.type, raw.size],
  list: [artifact.list().length, artifact.list({ session: "s" }).length],
  query: [artifact.query({ name: "rep*" }).length, artifact.query({ name: "rep*", versions: true }).length, artifact.query({ tag: "draft", versions: true }).length, artifact.query({ type: "text/plain" }).length],
  codes: [code(() => artifact.get("none")), code(() => artifact.get("raw", { version: 9 })), code(() => artifact.store("x", "y", { session: "none" })), code(() => artifact.store("x", "y", { scope: "session" })), code(() => artifact.store("x", "y", { scope: "global" }))],
  deleted: [artifact.delete("report.md", { version: 1 }), artifact.delete("report.md"), artifact.delete("report.md")],
};
