const s = params.server;
const listed = await tools.openapi_call(s + "/openapi.json");
const call = { spec: s + "/openapi.json", operation: "echo", parameters: { n: 7 } };
const called = await tools.openapi_call(call);
const checked = await tools.openapi_call({ ...call, parameters: { n: "seven" } }).catch((error) => error);
const graphql = await tools.graphql_call(s + "/graphql", "{ user { name } }");
const hook = await tools.webhook_send({ url: s + "/echo", payload: { done: true } });
const first = await tools.page_watch(s + "/page");
const second = await tools.page_watch(s + "/page");
return {
  operations: [listed.operations[0].id],
  called: [called.status, called.json.query.n],
  checked: checked.code,
  graphql: [graphql.ok, graphql.data.user.name],
  webhook: [hook.status, hook.signed, JSON.parse(hook.body).body],
  hidden: env.LLMSPELL_WEBHOOK_SECRET === undefined,
  watched: [first.first, second.first, second.changed],
};
