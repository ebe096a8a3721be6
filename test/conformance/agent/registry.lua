local first = agent.create({ name = "first", description = "The first." })
local second = agent.create({ name = "first" })
agent.register("mine", { system = "Mine." })
local researcher = agent.from_template("researcher", { system = "Short." })
local ids = data.map(agent.list(), function(each) return each.id end)
local answers = { tostring(agent.run("first", "one")), tostring(agent.run(second, "two")) }
local same = agent.get("first").id
local removed = { agent.remove(second), agent.remove("first_2") }
local none = agent.get("first_2") == nil
local again = agent.register(second).id
agent.get("first"):state():set("n", 1)
agent.save("first", "agents/first.json")
agent.remove("first")
local loaded = agent.load("agents/first.json")
local before = { loaded.id, #loaded:conversation(), loaded:state():get("n") }
answers[3] = tostring(loaded:run("three"))
local plain = llm.agent({})
local function code(fn, ...) local ok, failure = pcall(fn, ...) return ok and "none" or failure.code end
return {
  ids = ids, answers = answers, same = same, none = none, removed = removed, again = again, loaded = before,
  templates = data.map(agent.templates(), function(each) return each.name end),
  researcher = { researcher:config().system, researcher:config().description ~= nil }, llm = plain.id,
  errors = {
    code(agent.run, "nobody", "hi"), code(agent.create, { id = "mine" }), code(agent.from_template, "nothing"),
    code(agent.load, "broken.json"),
  },
}
