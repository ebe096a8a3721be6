const answers = [];
const ask = async () => { answers.push(String(await llm.chat("hi"))); };
await ask();
llm.setModel("other");
await ask();
llm.setProvider("offline");
answers.push((await llm.complete("hi")).provider);
llm.setProvider(null);
await ask();
let unknown;
try {
  llm.setProvider("nobody");
} catch (error) {
  unknown = error;
}
let mistyped;
try {
  llm.findModels(JSON.parse('{"capabilities": ["tols"]}'));
} catch (error) {
  mistyped = error;
}
const providers = data.keyBy(llm.listProviders(), "name");
const cheap = llm.findModels({ capabilities: ["images"], maxCost: 1000, minContext: 100000 });
const info = llm.modelInfo("openai/gpt-4o");
const estimate = llm.estimateCost("hello world", { model: "openai/gpt-4o", outputTokens: 10 });
return {
  answers,
  unknown: unknown.code,
  mistyped: mistyped.code,
  providers: [providers.openai.configured, providers.openai.isDefault, providers.openai.variable],
  models: data.every(llm.listModels("anthropic"), (model) => model.provider === "anthropic") && llm.listModels("anthropic").length > 0,
  found: cheap.length > 0 && data.every(cheap, (model) => model.contextWindow >= 100000 && data.contains(model.capabilities, "images")),
  info: [info.id, info.name, info.known, info.contextWindow > 0, info.inputPrice > 0],
  unheard: [llm.modelInfo("openai/unheard-of").known],
  tokens: [llm.countTokens("hello world"), llm.countTokens("")],
  messages: llm.countTokens([{ role: "user", content: "hello world" }]) > llm.countTokens("hello world"),
  estimate: [estimate.model, estimate.inputTokens, estimate.outputTokens, estimate.cost > 0],
};
