local s = params.server
local listed = tools.openapi_call(s .. "/openapi.json")
local call = { spec = s .. "/openapi.json", operation = "echo", parameters = { n = 7 } }
local called = tools.openapi_call(call)
call.parameters.n = "seven"
local _, checked = pcall(tools.openapi_call, call)
local graphql = tools.graphql_call(s .. "/graphql", "{ user { name } }")
local hook = tools.webhook_send({ url = s .. "/echo", payload = { done = true } })
local first = tools.page_watch(s .. "/page")
local second = tools.page_watch(s .. "/page")
return {
  operations = { listed.operations[1].id },
  called = { called.status, called.json.query.n },
  checked = checked.code,
  graphql = { graphql.ok, graphql.data.user.name },
  webhook = { hook.status, hook.signed, json.decode(hook.body).body },
  hidden = env.LLMSPELL_WEBHOOK_SECRET == nil,
  watched = { first.first, second.first, second.changed },
}
