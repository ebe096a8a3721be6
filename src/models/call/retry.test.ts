import { describe, expect, it } from "vitest";
import { LlmspellError } from "../../errors.ts";
import { startModelServer } from "../../testing/model-server.ts";
import { Models } from "../models.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { DEFAULT_RETRY, retryDelay, type RetryPorts, triesNextModel } from "./retry.ts";

/** A clock that sleeping moves on. */
function fakePorts(random = 0.5): RetryPorts & { slept: number[] } {
  let now = 1_000_000;
  const slept: number[] = [];
  return { slept, random: () => random, now: () => now, sleep: async (ms) => void (slept.push(ms), (now += ms)) };
}

const overloaded = (details: Record<string, unknown> = {}) =>
  new LlmspellError("provider.overloaded", "busy", { details });

describe("backoff", () => {
  it("draws between 0 and a bound that doubles up to its maximum", () => {
    const delays = [1, 2, 3, 4, 9].map((attempt) =>
      retryDelay(overloaded(), attempt, { ...DEFAULT_RETRY, retries: 10 }, fakePorts(0.999999), Infinity),
    );
    expect(delays).toEqual([499, 999, 1999, 3999, 19999]);
    expect(retryDelay(overloaded(), 3, DEFAULT_RETRY, fakePorts(0), Infinity)).toBeUndefined();
    expect(retryDelay(overloaded(), 1, DEFAULT_RETRY, fakePorts(0), Infinity)).toBe(0);
  });

  it("waits at least as long as the provider asks, but not beyond the cap nor the deadline", () => {
    const asked = overloaded({ retryAfterMs: 5_000 });
    expect(retryDelay(asked, 1, DEFAULT_RETRY, fakePorts(), Infinity)).toBeGreaterThanOrEqual(5_000);
    expect(retryDelay(overloaded({ retryAfterMs: 61_000 }), 1, DEFAULT_RETRY, fakePorts(), Infinity)).toBeUndefined();
    expect(retryDelay(asked, 1, DEFAULT_RETRY, fakePorts(), 1_000_000 + 4_000)).toBeUndefined();
  });

  it("does not repeat what cannot get better", () => {
    expect(
      retryDelay(new LlmspellError("provider.auth", "no"), 1, DEFAULT_RETRY, fakePorts(), Infinity),
    ).toBeUndefined();
  });
});

describe("Retry-After", () => {
  it.each([
    [{ "retry-after": "3" }, 3_000],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after": new Date(60_000).toUTCString() }, 10_000],
    [{ "retry-after": new Date(1_000).toUTCString() }, 0],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("reads %o", (headers, expected) => {
    expect(parseRetryAfter(headers, 50_000)).toBe(expected);
  });
});

describe("a call", () => {
  const request = { model: "gpt-4o", messages: [{ role: "user" as const, content: "hi" }] };
  const busy = { status: 529, body: { error: { message: "overloaded" } } };

  it("is repeated until it succeeds, with the waits that the server asks for", async () => {
    await using server = await startModelServer([
      { status: 429, headers: { "retry-after": "2" }, body: { error: { message: "slow" } } },
      busy,
      { text: "done" },
    ]);
    const ports = fakePorts(0);
    const models = new Models({ config: { providers: { openai: { apiKey: "k", baseUrl: server.url } } }, ports });
    expect((await models.generate(request)).text).toBe("done");
    expect(ports.slept).toEqual([2_000, 0]);
  });

  it("is repeated as a stream until the first event", async () => {
    await using server = await startModelServer([busy, { text: "done now" }]);
    const models = new Models({
      config: { providers: { openai: { apiKey: "k", baseUrl: server.url } } },
      ports: fakePorts(),
    });
    let text = "";
    for await (const event of models.stream(request)) if (event.type === "text") text += event.text;
    expect(text).toBe("done now");
    expect(server.calls.length).toBe(2);
  });

  it("gives up after its retries and says how many attempts there were", async () => {
    await using server = await startModelServer(busy);
    const models = new Models({
      config: { providers: { openai: { apiKey: "k", baseUrl: server.url } } },
      ports: fakePorts(),
    });
    await expect(models.generate({ ...request, retries: 1 })).rejects.toMatchObject({
      code: "provider.overloaded",
      details: { attempts: 2, status: 529 },
    });
    expect(server.calls.length).toBe(2);
  });

  it.each([
    [401, "no key", 1],
    [400, "bad field", 1],
    [429, "You exceeded your current quota, please check your plan and billing details", 1],
    [500, "oops", 3],
  ])("with status %i (%s) makes %i attempts", async (status, message, attempts) => {
    await using server = await startModelServer({ status, body: { error: { message } } });
    const models = new Models({
      config: { providers: { openai: { apiKey: "k", baseUrl: server.url } } },
      ports: fakePorts(),
    });
    await expect(models.generate(request)).rejects.toThrow(message);
    expect(server.calls.length).toBe(attempts);
  });
});

describe("a fallback list", () => {
  it("goes on to the next model when one is overloaded or too small", async () => {
    await using server = await startModelServer((call) => {
      if (call.body.model === "first") return { status: 503, body: { error: { message: "down" } } };
      if (call.body.model === "second")
        return { status: 400, body: { error: { message: "prompt is too long", code: "context_length_exceeded" } } };
      return { text: `from ${call.body.model}` };
    });
    const models = new Models({
      config: { providers: { openai: { apiKey: "k", baseUrl: server.url } } },
      ports: fakePorts(),
    });
    const response = await models.generate({
      model: "openai/first",
      fallback: ["openai/second", "openai/third"],
      retries: 1,
      messages: [{ role: "user", content: "hi" }],
    });
    expect(response).toMatchObject({ text: "from third", model: "third" });
    expect(server.calls.map((call) => call.body.model)).toEqual(["first", "first", "second", "third"]);
  });

  it("stops at an error that wants a person's eye", async () => {
    await using server = await startModelServer({ status: 401, body: { error: { message: "bad key" } } });
    const models = new Models({
      config: { providers: { openai: { apiKey: "k", baseUrl: server.url } } },
      ports: fakePorts(),
    });
    await expect(
      models.generate({ model: "openai/a", fallback: ["openai/b"], messages: [{ role: "user", content: "hi" }] }),
    ).rejects.toMatchObject({ code: "provider.auth" });
    expect(server.calls.length).toBe(1);
  });

  it.each([
    ["provider.rate_limit", true],
    ["provider.network", true],
    ["provider.context_length", true],
    ["provider.auth", false],
    ["provider.content_filter", false],
    ["run.aborted", false],
  ])("after %s: %s", (code, next) => {
    expect(triesNextModel(new LlmspellError(code, "x"))).toBe(next);
  });
});
