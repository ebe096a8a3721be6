import { expect, test } from "vitest";
import { LlmspellError } from "../errors.ts";
import { Models } from "../models/models.ts";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { cacheBridge } from "./cache.ts";
import { eventsBridge } from "./events.ts";
import { hooksBridge } from "./hooks.ts";
import { llmBridge } from "./llm.ts";

const harness = (now?: () => number) =>
  createBridgeHarness([llmBridge, hooksBridge, eventsBridge, cacheBridge], {
    services: { models: () => new Models({ config: { providers: {} } }) },
    ...(now ? { now } : {}),
  });

test("a hook that hangs ends at its deadline, and a blocking one that keeps failing rests, but lets nothing pass", async () => {
  let now = 1_000;
  const { call, fail } = harness(() => now);
  let hangs = true;
  const hook = () => (hangs ? new Promise(() => undefined) : Promise.resolve(null));
  call("hooks.register", ["beforeGenerate", hook, { name: "slow", deadlineMs: 2 }]);
  for (let n = 0; n < 3; n++) expect((await fail("llm.chat", ["hi"])).code).toBe("hook.timeout");
  expect((await fail("llm.chat", ["hi"])).code).toBe("hook.blocked");
  expect(call("hooks.list")).toMatchObject([{ calls: 3, failures: 3, state: "resting" }]);
  expect(call("events.history", ["hook.disabled"])).toHaveLength(1);
  hangs = false;
  now += 31_000;
  await call("llm.chat", ["hi"]);
  expect(call("hooks.list")).toMatchObject([{ state: "on" }]);
});

test("an after hook that throws is passed over with one warning", async () => {
  const made = harness();
  made.call("hooks.register", [
    "afterGenerate",
    () => {
      throw new LlmspellError("script.error", "boom");
    },
  ]);
  for (let n = 0; n < 2; n++) await made.call("llm.chat", ["hi"]);
  expect(made.logs.filter(({ message }) => message.includes("boom"))).toHaveLength(1);
});

test("what a hook answers must be a request", async () => {
  const { call, fail } = harness();
  call("hooks.register", ["beforeGenerate", () => ({ messages: 5 })]);
  expect((await fail("llm.chat", ["hi"])).code).toBe("hook.invalid");
});

test("a replay makes the same decisions and no call again", async () => {
  const script = async ({ call }: ReturnType<typeof harness>) => {
    const seen: unknown[] = [];
    call("events.on", [
      "**",
      (event: { type: string; id: string; time: number }) => void seen.push([event.type, event.id, event.time]),
    ]);
    call("hooks.register", [
      "afterGenerate",
      (ctx: { attempt: number }) => (ctx.attempt < 2 ? { retry: true, delayMs: 1 } : null),
    ]);
    call("hooks.use", ["cache"]);
    const answer = await call("llm.chat", ["hi"]);
    await call("llm.chat", ["hi"]);
    return { seen, answer: String(answer) };
  };
  const first = harness();
  const recorded = await script(first);
  expect(recorded.seen).toHaveLength(4);
  const again = first.replay({ services: { models: () => new Models({ config: { providers: {} } }) } });
  expect(await script(again)).toMatchObject({ answer: recorded.answer });
  const asked = (journal: ReturnType<typeof first.journal>) =>
    journal.filter((entry) => entry.type === "started" && entry.method === "llm.generate").length;
  // Two of the first question; the second is answered by the cache, and then, as the hook wants, by the model.
  expect(asked(first.journal())).toBe(3);
  expect(asked(again.journal())).toBe(0);
});

test("functions of hooks are given back", () => {
  const { call, liveFunctions } = harness();
  call("hooks.register", [{ beforeGenerate: () => null, onError: () => null }, { name: "x" }]);
  expect(liveFunctions()).toBe(2);
  call("hooks.unregister", ["x"]);
  expect(liveFunctions()).toBe(0);
});

test("a rate limit lets its number through and makes others wait, or fail where they shall not", async () => {
  let now = 1_000;
  const { call, fail, journal } = harness(() => now);
  call("hooks.use", ["rateLimit", { max: 2, windowMs: 5, wait: false }]);
  await call("llm.chat", ["hi"]);
  await call("llm.chat", ["hi"]);
  expect((await fail("llm.chat", ["hi"])).code).toBe("hook.rate_limited");
  now += 6;
  await call("llm.chat", ["hi"]);
  expect(journal().filter((entry) => entry.type === "started" && entry.method === "llm.generate")).toHaveLength(3);
});
