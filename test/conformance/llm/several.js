const batch = await llm.batch(["one", { prompt: "two", model: "openai/other" }, { prompt: "overloaded", retries: 0 }], { concurrency: 2 });
const compared = await llm.compare(["openai/a", "openai/busy"], "hi", { retries: 0 });
const group = await llm.fallback(["openai/busy", "openai/spare"]);
let refused;
try {
  await llm.chat("overloaded", { retries: 0 });
} catch (error) {
  refused = error;
}
return {
  batch: [String(batch[0]), String(batch[1]), batch[2].code, batch[2].retryable],
  compared: [compared[0].model, String(compared[0].answer), compared[1].model, compared[1].error.code],
  fallback: String(await llm.fallback(["openai/busy", "openai/spare"], "hi", { retries: 0 })),
  group: [String(await group.chat("again", { retries: 0 })), (await group.complete({ prompt: "whole", retries: 0 })).content],
  fastest: String(await llm.fastest(["openai/slow", "openai/quick"], "race")),
  refused: [refused.code, refused.retryable, refused.details.provider],
};
