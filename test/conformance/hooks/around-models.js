const seen = [];
hooks.register({
  beforeGenerate: (ctx, request) => {
    seen.push([ctx.point, ctx.attempt, request.maxTokens]);
    request.temperature = 0.25;
    return { value: request, metadata: { before: request.messages.length } };
  },
  afterGenerate: (ctx, request, response) => {
    seen.push([ctx.metadata.before, request.temperature, response.usage.totalTokens > 0, response.content]);
    return response;
  },
});
const first = (await llm.chat("hi", { maxTokens: 50 })).content;
hooks.register("afterGenerate", (ctx, request, response) => `${response.content}!`, { name: "shout", priority: -1 });
const shouted = await llm.chat("hi");
hooks.disable("shout");
const quiet = (await llm.chat("hi")).content;
hooks.enable("shout");
hooks.unregister("shout");
hooks.register("beforeGenerate", () => ({ block: "closed" }), { name: "stop", priority: 9 });
const codes = [];
try { await llm.chat("hi"); } catch (e) { codes.push([e.code, e.details.reason]); }
hooks.unregister("stop");
hooks.register("beforeGenerate", () => { throw new Error("not today"); }, { name: "stop" });
try { await llm.chat("hi"); } catch (e) { codes.push([e.code, e.details.reason]); }
hooks.unregister("stop");
hooks.register("beforeGenerate", async () => { await async.sleep(1); return { replace: "instead" }; }, { name: "own" });
const replaced = (await llm.chat("hi")).content;
hooks.unregister("own");
let tries = 0;
hooks.register({
  afterGenerate: (ctx) => { tries = ctx.attempt; return ctx.attempt < 3 ? { retry: true } : null; },
}, { name: "again" });
const again = (await llm.chat("hi")).content;
hooks.unregister("again");
hooks.register("onStreamChunk", (ctx, text) => text.toUpperCase());
let streamed = "";
await llm.stream("hi", (text) => { streamed += text; });
const cost = hooks.use("cost", { maxTokens: 1 });
await llm.chat("hi");
try { await llm.chat("hi"); } catch (e) { codes.push([e.code, e.details.hook]); }
const [entry] = hooks.list("afterGenerate").filter(({ name }) => name === cost);
try { hooks.disable("nobody"); } catch (e) { codes.push([e.code, null]); }
return { first, shouted: shouted.content, message: shouted.message.content, quiet, replaced, again, tries, streamed, codes,
  seen: seen.slice(0, 2), calls: entry.info.calls };
