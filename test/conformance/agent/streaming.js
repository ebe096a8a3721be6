const clock = agent.create({ name: "clock", tools: [{ name: "now", execute: () => "noon" }] });
const pieces = [];
const events = [];
const result = await clock.stream("What time is it?", (text, event) => {
  pieces.push(text);
  let shown = event.type;
  if (event.toolCall) shown += `:${event.toolCall.name}`;
  if (event.toolResult) shown += `:${event.toolResult.name}:${event.toolResult.result}`;
  if (events.at(-1) !== shown) events.push(shown);
});
const context = await clock.runWithContext("Hello", { user: "Ada" }, { conversation: false });
return { text: String(result), pieces: pieces.join(""), events, context: String(context) };
