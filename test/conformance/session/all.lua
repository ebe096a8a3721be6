local function code(fn, ...)
  local _, err = pcall(fn, ...)
  return err.code
end
local made = session.create({ id = "one", name = "first", tags = { "a" } })
session.create({ id = "two" })
session.add_message("one", { role = "user", content = "hi" })
session.add_message("one", "plain")
local saved = session.save("one", { tags = { "b", "c" }, metadata = { maxTokens = 1 } })
local suspended = session.suspend("one").status
local refused = code(session.add_message, "one", "late")
local resumed = session.resume("one").status
local replay = session.replay("one")
local completed = session.complete("one").status
local kept = state.create({ scope = "session", session = "one", data = { n = 1 } })
kept:add_message("m")
local other = state.create({ scope = "session", session = "two", data = { n = 2 } })
return {
  made = { made.id, made.name, made.status, made.tags, made.messages },
  saved = { saved.name, saved.tags, saved.metadata.maxTokens, saved.messages, #saved.runs, saved.runs[1] == spell.run_id },
  status = { suspended, refused, resumed, completed },
  load = session.load("one"),
  replay = { #replay, replay[2].message, replay[1].run == spell.run_id, replay[1].at > 0 },
  get = session.get("one").status,
  lists = { #session.list(), #session.list({ tag = "b" }), #session.list({ status = "completed" }), #session.list({ limit = 1 }) },
  codes = { code(session.get, "none"), code(session.create, { id = "one" }), code(session.resume, "one"), code(session.save, "one", { unknown = 1 }) },
  deleted = { session.delete("one"), session.delete("one"), #session.list() },
  state = { kept:get("n") or json.null, #kept:messages(), other:get("n") },
}
