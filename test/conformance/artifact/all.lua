local function code(fn, ...)
  local _, err = pcall(fn, ...)
  return err.code
end
local first = artifact.store("report.md", "# One", { type = "text/markdown", tags = { "draft" }, metadata = { author = "me" } })
local again = artifact.store("report.md", "# One", { type = "text/markdown" })
local second = artifact.store("report.md", "# Two", { type = "text/markdown" })
artifact.store("raw", base64.decode("AP8="))
session.create({ id = "s" })
artifact.store("report.md", "of the session", { session = "s" })
local raw = artifact.get("raw")
return {
  versions = { first.version, again.version, second.version },
  about = { first.size, first.type, first.tags, first.metadata.author, #first.hash, first.hash == crypto.hash("# One") },
  get = { artifact.get("report.md").content, artifact.get("report.md", { version = 1 }).content, artifact.get("report.md", { session = "s" }).content },
  bytes = { util.type_of(raw.content), raw.type, raw.size },
  list = { #artifact.list(), #artifact.list({ session = "s" }) },
  query = { #artifact.query({ name = "rep*" }), #artifact.query({ name = "rep*", versions = true }), #artifact.query({ tag = "draft", versions = true }), #artifact.query({ type = "text/plain" }) },
  codes = { code(artifact.get, "none"), code(artifact.get, "raw", { version = 9 }), code(artifact.store, "x", "y", { session = "none" }), code(artifact.store, "x", "y", { scope = "session" }), code(artifact.store, "x", "y", { scope = "global" }) },
  deleted = { artifact.delete("report.md", { version = 1 }), artifact.delete("report.md"), artifact.delete("report.md") },
}
