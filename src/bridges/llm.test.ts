import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createBudget } from "../budget/budget.ts";
import { Models } from "../models/models.ts";
import { countMessageTokens } from "../models/tokens.ts";
import { createNetwork } from "../network/network.ts";
import { createPolicy, type PolicyRules } from "../policy/policy.ts";
import { createBridgeHarness, type BridgeHarnessOptions } from "../testing/bridge-harness.ts";
import { type ModelServer, startModelServer } from "../testing/model-server.ts";
import { aliasesOf, Handle, type TextValue } from "../values/script-value.ts";
import { fsBridge } from "./fs.ts";
import { httpBridge } from "./http.ts";
import { llmBridge } from "./llm.ts";
import type { AnswerData } from "./llm-schemas.ts";

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
beforeEach(() => {
  server.calls.length = 0;
  server.respond({ text: "Hello there", usage: { input: 100, output: 20, cached: 40 } });
});
afterAll(() => server.close());

const config = () => ({
  providers: { openai: { apiKey: "k", baseUrl: server.url }, anthropic: { apiKey: "k", baseUrl: server.url } },
  ollamaProbe: false as const,
  defaultModel: "openai/gpt-4o",
});
const online = (options: BridgeHarnessOptions = {}) =>
  createBridgeHarness([llmBridge], {
    services: { models: () => new Models({ config: config(), retry: { retries: 0 } }) },
    ...options,
  });
const offline = (options: BridgeHarnessOptions = {}) =>
  createBridgeHarness([llmBridge], {
    services: { models: () => new Models({ config: { providers: {}, ollamaProbe: false } }) },
    ...options,
  });
const text = (value: unknown): string => (value as TextValue).text;
const fields = (value: unknown) => (value as TextValue).fields as unknown as AnswerData;
/** The request that the server got last. */
const body = () =>
  server.calls.at(-1)?.body as unknown as {
    messages: { role: string }[];
    tools: { function: { parameters: unknown } }[];
    response_format: { json_schema: { schema: { required: string[] } } };
  };

describe("llm.chat and llm.complete", () => {
  it("answer with a text that has fields besides, in the script's spelling", async () => {
    const answer = await online({ naming: "snake" }).call("llm.complete", [
      { model: "gpt-4o", messages: [{ role: "user", content: "hi" }], max_tokens: 7 },
    ]);
    expect(text(answer)).toBe("Hello there");
    expect(fields(answer)).toMatchObject({
      content: "Hello there",
      model: "gpt-4o",
      provider: "openai",
      finish_reason: "stop",
      tool_calls: [],
      usage: { input_tokens: 100, output_tokens: 20, total_tokens: 120, cached_tokens: 40 },
      cost: (60 * 2.5 + 40 * 1.25 + 20 * 10) / 1e6,
    });
    expect(body()).toMatchObject({ messages: [{ role: "user", content: "hi" }] });
    expect(JSON.stringify(body())).toContain(":7");
    const camel = fields(await online().call("llm.chat", ["hi"]));
    expect(aliasesOf(camel.usage)).toContainEqual(["total_tokens", "totalTokens"]);
  });

  it.each([
    ["llm.chat", ["hi"]],
    ["llm.chat", [[{ role: "user", content: "hi" }]]],
    ["llm.complete", ["hi", { temperature: 0.5 }]],
    ["llm.complete", [{ prompt: "hi" }]],
    ["llm.complete", [{ messages: [{ role: "user", content: [{ type: "text", text: "hi" }] }] }]],
  ])("%s takes %j", async (name, args) => {
    expect(text(await online().call(name, args))).toBe("Hello there");
    expect(server.calls.at(-1)?.prompt).toBe("hi");
  });

  it("puts the system text first and sends the other settings on", async () => {
    await online().call("llm.complete", [
      "hi",
      { system: "be brief", topP: 0.5, stop: "END", seed: 3, model: "openai/gpt-4o" },
    ]);
    expect(body()).toMatchObject({
      messages: [{ role: "system", content: "be brief" }, { role: "user" }],
      top_p: 0.5,
      stop: ["END"],
      seed: 3,
    });
  });

  it("offers tools in the short form and gives back the calls, without running them", async () => {
    server.respond({ toolCalls: [{ name: "calc", arguments: { camelKey: "1+1" } }] });
    let ran = 0;
    const harness = online();
    const tools = [
      {
        name: "calc",
        description: "adds",
        parameters: { camelKey: { type: "string", required: true } },
        execute: () => (ran += 1),
      },
    ];
    const answer = await harness.call("llm.complete", ["1+1", { tools, toolChoice: "required" }]);
    expect(fields(answer).toolCalls).toMatchObject([{ name: "calc", arguments: { camelKey: "1+1" } }]);
    expect(body().tools[0]?.function.parameters).toMatchObject({
      type: "object",
      properties: { camelKey: { type: "string" } },
      required: ["camelKey"],
    });
    expect(ran).toBe(0);
    expect(harness.liveFunctions()).toBe(0);
    server.respond({ text: "2" });
    const id = fields(answer).toolCalls[0]?.id;
    const next = await harness.call("llm.complete", [
      {
        messages: [
          { role: "user", content: "1+1" },
          fields(answer).message,
          { role: "tool", tool_call_id: id, content: "2" },
        ],
        tools,
      },
    ]);
    expect(text(next)).toBe("2");
    expect(body().messages[2]).toMatchObject({ role: "tool", tool_call_id: id, content: "2" });
  });

  it.each([
    [[{}], "no message"],
    [["hi", { temprature: 1 }], "temprature"],
    [[{ messages: [{ role: "tool", content: "x" }] }], "toolCallId"],
    [[{ messages: [{ role: "user", content: [{ type: "image" }] }] }], "one of data, url and path"],
    [[5], "prompt"],
  ])("refuses %j", async (args, what) => {
    const error = await online().fail("llm.complete", args);
    expect(error.code).toBe("input.invalid");
    expect(error.message).toContain(what);
    expect(server.calls).toEqual([]);
  });

  it("raises provider errors with their code", async () => {
    server.respond({ status: 401, body: { error: { message: "no" } } });
    expect((await online().fail("llm.chat", ["hi"])).code).toBe("provider.auth");
  });

  it("is journaled: a replay asks nobody", async () => {
    const harness = online();
    const first = await harness.call("llm.chat", ["hi"]);
    const again = await harness.replay().call("llm.chat", ["hi"]);
    expect(text(again)).toBe(text(first));
    expect(server.calls.length).toBe(1);
    expect(harness.journal().find((entry) => entry.type === "ended")).toMatchObject({
      usage: { inputTokens: 100, outputTokens: 20, cachedTokens: 40, cost: 0.0004 },
    });
  });

  it("asks the policy and keeps to the budget", async () => {
    const denied = await online({ policy: createPolicy({ allow: {} }) }).fail("llm.chat", ["hi"]);
    expect(denied.code).toBe("permission.denied");
    const budget = createBudget({ tokens: 500 });
    const harness = online({ budget });
    await harness.call("llm.chat", ["hi"]);
    expect(budget.spent()).toEqual({ tokens: 120, cost: 0.0004 });
    expect((await harness.fail("llm.chat", ["hi", { maxTokens: 1_000 }])).code).toBe("budget.exceeded");
  });

  it.each([
    ["the run's default", {}],
    ["the provider's default", { provider: "anthropic" }],
  ])("reserves money at the price of %s where a call names no model", async (_, settings) => {
    // 10,000 tokens of output cost 0.1 and 0.15 dollars.
    const harness = online({ budget: createBudget({ cost: 0.05 }) });
    const error = await harness.fail("llm.chat", ["hi", { maxTokens: 10_000, ...settings }]);
    expect(error).toMatchObject({ code: "budget.exceeded", details: { unit: "cost" } });
    expect(server.calls).toEqual([]);
    await harness.call("llm.chat", ["hi", { maxTokens: 100, ...settings }]);
  });
});

describe("files in messages", () => {
  const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
  const look = (part: object) => [
    { model: "ollama/llava", messages: [{ role: "user", content: ["what is this?", { type: "image", ...part }] }] },
  ];
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(path.join(tmpdir(), "llmspell-llm-"));
    await writeFile(path.join(root, "cat.png"), png);
  });
  afterAll(() => rm(root, { recursive: true }));
  /** With files and a network, as a run has them. */
  const seeing = (allow: PolicyRules["allow"]) =>
    createBridgeHarness([llmBridge, fsBridge, httpBridge], {
      policy: createPolicy({ allow: { model: true, ...allow } }),
      services: {
        models: () => new Models({ config: { providers: { ollama: { baseUrl: server.url } } }, retry: { retries: 0 } }),
        workspace: () => ({ root, maxFileBytes: 1_000 }),
        network: () => createNetwork({ allowPrivate: ["*"] }),
      },
    });

  it("are read from the workspace by path, where the run may read it", async () => {
    const harness = seeing({ "fs.read": true });
    await harness.call("llm.complete", look({ path: "cat.png" }));
    expect(JSON.stringify(body())).toContain(`data:image/png;base64,${png.toString("base64")}`);
    expect(harness.journal()).toContainEqual(expect.objectContaining({ method: "fs.readBytes" }));
    server.calls.length = 0;
    for (const [given, code] of [
      ["../cat.png", "permission.denied"],
      ["dog.png", "fs.not_found"],
    ] as const)
      expect((await harness.fail("llm.complete", look({ path: given }))).code).toBe(code);
    expect((await seeing({}).fail("llm.complete", look({ path: "cat.png" }))).code).toBe("permission.denied");
    expect(server.calls).toEqual([]);
  });

  it("are fetched by address through the run's network, where it may go there", async () => {
    await using files = await startFileServer(png);
    const url = `${files.url}/cat.png`;
    const denied = await seeing({}).fail("llm.complete", look({ url }));
    expect(denied).toMatchObject({
      code: "permission.denied",
      message: expect.stringContaining("127.0.0.1") as string,
    });
    expect(files.paths).toEqual([]);
    await seeing({ net: ["127.0.0.1"] }).call("llm.complete", look({ url }));
    expect(files.paths).toEqual(["/cat.png"]);
    expect(JSON.stringify(body())).toContain(png.toString("base64"));
    const elsewhere = `${files.url}/to?${url.replace("127.0.0.1", "localhost")}`;
    const led = await seeing({ net: ["127.0.0.1"] }).fail("llm.complete", look({ url: elsewhere }));
    expect(led).toMatchObject({ code: "permission.denied", message: expect.stringContaining("localhost") as string });
    expect(files.paths).toHaveLength(2);
    const missing = await seeing({ net: ["127.0.0.1"] }).fail("llm.complete", look({ url: `${files.url}/gone` }));
    expect(missing).toMatchObject({ code: "provider.bad_request", message: expect.stringContaining("404") as string });
  });
});

/** Serves one file as `/cat.png`, and `/to?URL` as a redirect there. */
async function startFileServer(content: Uint8Array) {
  const paths: string[] = [];
  const files = createServer((request, response) => {
    paths.push(request.url ?? "");
    if (request.url === "/cat.png") response.end(content);
    else if (request.url?.startsWith("/to?")) response.writeHead(302, { location: request.url.slice(4) }).end();
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => files.listen(0, "127.0.0.1", resolve));
  const close = () => new Promise<void>((resolve) => void (files.close(() => resolve()), files.closeAllConnections()));
  return { url: `http://127.0.0.1:${(files.address() as AddressInfo).port}`, paths, [Symbol.asyncDispose]: close };
}

describe("llm.stream", () => {
  it.each(["options", "last"] as const)(
    "calls a function with each piece and answers with the whole (%s)",
    async (place) => {
      const harness = online();
      const pieces: string[] = [];
      const events: string[] = [];
      const give = async (piece: string, event: { type: string }) => {
        pieces.push(piece);
        events.push(event.type);
        return null;
      };
      const answer = await harness.call(
        "llm.stream",
        place === "options" ? ["hi", give] : ["hi", { maxTokens: 50 }, give],
      );
      expect(pieces.join("")).toBe("Hello there");
      expect(pieces.length).toBe(2);
      expect(events).toEqual(["text", "text"]);
      expect(fields(answer).usage.totalTokens).toBe(120);
      expect(harness.liveFunctions()).toBe(0);
      const replayed: string[] = [];
      await harness
        .replay()
        .call(
          "llm.stream",
          place === "options"
            ? ["hi", (piece: string) => void replayed.push(piece)]
            : ["hi", { maxTokens: 50 }, (piece: string) => void replayed.push(piece)],
        );
      expect(replayed).toEqual(pieces);
      expect(server.calls.length).toBe(1);
    },
  );

  it("is a stream to iterate over, whose use is booked at its end", async () => {
    const budget = createBudget();
    const harness = online({ budget });
    const stream = harness.call("llm.stream", ["hi"]);
    expect(stream).toBeInstanceOf(Handle);
    const pieces: unknown[] = [];
    for (
      let piece = await harness.call("llm.stream.next", [stream]);
      piece !== null;
      piece = await harness.call("llm.stream.next", [stream])
    )
      pieces.push(piece);
    expect(pieces).toEqual(["Hello ", "there"]);
    expect(await harness.call("llm.stream.next", [stream])).toBeNull();
    expect(fields(await harness.call("llm.stream.response", [stream])).usage.totalTokens).toBe(120);
    expect(budget.spent().tokens).toBe(120);
  });

  it("can be closed early: its request ends, and what it brought stays booked", async () => {
    await using own = await startModelServer({ text: "a ".repeat(200), chunkDelayMs: 5 });
    const budget = createBudget();
    const models = () => new Models({ config: { providers: { openai: { apiKey: "k", baseUrl: own.url } } } });
    const harness = online({ budget, services: { models } });
    const stream = harness.call("llm.stream", ["hi", { model: "gpt-4o" }]);
    await harness.call("llm.stream.next", [stream]);
    await harness.call("llm.stream.next", [stream]);
    await harness.call("llm.stream.close", [stream]);
    expect(await harness.call("llm.stream.next", [stream])).toBeNull();
    await expect.poll(() => own.openConnections(), { timeout: 1_000 }).toBe(0);
    const input = countMessageTokens([{ role: "user", content: "hi" }]);
    expect(budget.spent()).toEqual({ tokens: input + 2, cost: expect.closeTo((input * 2.5 + 2 * 10) / 1e6, 12) });
    const usages = harness.journal().flatMap((entry) => ("usage" in entry && entry.usage ? [entry.usage] : []));
    expect(usages.map((usage) => usage.estimated)).toEqual([true, true]);
  });

  it("fails at the first reading where the request was refused, and at once where it may not be made", async () => {
    server.respond({ status: 400, body: { error: { message: "bad" } } });
    const harness = online();
    const stream = harness.call("llm.stream", ["hi"]);
    for (const way of ["next", "response"])
      expect((await harness.fail(`llm.stream.${way}`, [stream])).code).toBe("provider.bad_request");
    await harness.call("llm.stream.close", [stream]);
    expect(() => online({ policy: createPolicy({ allow: {} }) }).call("llm.stream", ["hi"])).toThrow(/model/);
  });

  it("is answered from the journal, opening and pieces", async () => {
    const harness = online();
    const read = async ({ call }: typeof harness): Promise<unknown[]> => {
      const stream = call("llm.stream", ["hi"]);
      const first = await call("llm.stream.next", [stream]);
      return [first, text(await call("llm.stream.response", [stream]))];
    };
    const first = await read(harness);
    const budget = createBudget();
    expect(await read(harness.replay({ budget }))).toEqual(first);
    expect(budget.spent().tokens).toBe(120);
    expect(server.calls).toHaveLength(1);
  });

  it("stops with the error that its function raises", async () => {
    server.respond({ text: "a ".repeat(200), chunkDelayMs: 2 });
    const budget = createBudget();
    const error = await online({ budget }).fail("llm.stream", [
      "hi",
      () => {
        throw new Error("enough");
      },
    ]);
    expect(error.message).toBe("enough");
    expect(budget.spent().tokens).toBe(countMessageTokens([{ role: "user", content: "hi" }]) + 1);
  });

  it("books what a stream that broke off brought, and nothing of one that was refused", async () => {
    server.respond({ text: "a b c d e f", cutAfter: 4, chunkDelayMs: 2 });
    const budget = createBudget();
    expect((await online({ budget }).fail("llm.stream", ["hi", () => null])).code).toBe("provider.network");
    expect(budget.spent().tokens).toBeGreaterThan(countMessageTokens([{ role: "user", content: "hi" }]));
    server.respond({ status: 400, body: { error: { message: "bad" } } });
    const none = createBudget();
    await online({ budget: none }).fail("llm.stream", ["hi", () => null]);
    expect(none.spent().tokens).toBe(0);
  });
});

describe("values instead of prose", () => {
  it("object: validated, in both forms, with the short form of a schema", async () => {
    server.respond({ text: '{"userName": "Ada", "age": 36}' });
    const schema = { userName: "string", age: { type: "integer" } };
    expect(await online().call("llm.object", [{ prompt: "who?", schema }])).toEqual({ userName: "Ada", age: 36 });
    expect(await online({ naming: "snake" }).call("llm.object", ["who?", { schema }])).toEqual({
      userName: "Ada",
      age: 36,
    });
    expect(body().response_format.json_schema.schema.required).toEqual(["userName", "age"]);
    server.respond({ text: '{"userName": 5}' });
    const error = await online().fail("llm.object", [{ prompt: "who?", schema, repairs: 0 }]);
    expect(error).toMatchObject({ code: "provider.no_object", details: { text: '{"userName": 5}' } });
  });

  it("object: books every round, also when none gives a value", async () => {
    server.respond({ text: '{"n": "many"}', usage: { input: 100, output: 20 } });
    const budget = createBudget();
    const harness = online({ budget });
    const request = { prompt: "x", schema: { n: "integer" }, repairs: 2 };
    expect((await harness.fail("llm.object", [request])).code).toBe("provider.no_object");
    expect(budget.spent()).toEqual({ tokens: 360, cost: expect.closeTo((300 * 2.5 + 60 * 10) / 1e6, 12) });
    expect(harness.journal().find((entry) => entry.type === "failed")).toMatchObject({ usage: { inputTokens: 300 } });
    const again = createBudget();
    await harness.replay({ budget: again }).fail("llm.object", [request]);
    expect(again.spent()).toEqual(budget.spent());
  });

  it("object: an empty Lua table stands for an empty list in a schema", async () => {
    server.respond({ text: "{}" });
    expect(
      await online().call("llm.object", [{ prompt: "x", schema: { type: "object", properties: {}, required: {} } }]),
    ).toEqual({});
  });

  it.each([
    ["llm.object", [{ prompt: "x" }], "input.invalid"],
    ["llm.object", [{ prompt: "x", schema: { type: "strng" } }], "schema.invalid"],
    ["llm.object", [{ prompt: "x", schema: { type: "string", pattern: "(?=a)" } }], "schema.invalid"],
    ["llm.enum", ["x"], "input.invalid"],
  ])("%s refuses %j", async (name, args, code) => {
    expect((await online().fail(name, args)).code).toBe(code);
    expect(server.calls).toEqual([]);
  });

  it("array, enum, classify and extract work with the offline model too", async () => {
    const { call } = offline();
    expect(await call("llm.enum", ["The sky is blue. Which colour?", ["red", "blue"]])).toBe("blue");
    expect(await call("llm.enum", [{ prompt: "The sky is blue. Which colour?", values: ["red", "blue"] }])).toBe(
      "blue",
    );
    expect(await call("llm.classify", ["I love it, great!", ["positive", "negative", "neutral"]])).toBe("positive");
    expect(
      await call("llm.classify", [
        { text: "an invoice and a refund", labels: ["invoice", "refund", "shipping"], multiple: true },
      ]),
    ).toEqual(["invoice", "refund"]);
    expect(await call("llm.extract", ["Ada Lovelace, age 36", { name: "string", age: "integer" }])).toEqual({
      name: "Ada Lovelace",
      age: 36,
    });
    const list = (await call("llm.array", [{ prompt: "List three questions about tides" }])) as string[];
    expect(list.length).toBeGreaterThan(1);
    for (const item of list) expect(item).toContain("tides");
  });
});

describe("llm.session", () => {
  it("remembers, forks, clears and counts", async () => {
    const { call } = online();
    const session = call("llm.session", [{ system: "be brief", model: "gpt-4o" }]) as Handle;
    await call("llm.session.send", [session, "one"]);
    await call("llm.session.send", [session, "two"]);
    expect(body().messages.map((each: { role: string }) => each.role)).toEqual(["system", "user", "assistant", "user"]);
    expect((call("llm.session.history", [session]) as { role: string }[]).map((each) => each.role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
    const fork = call("llm.session.fork", [session]) as Handle;
    await call("llm.session.send", [fork, "three"]);
    expect(body().messages.length).toBe(6);
    expect(call("llm.session.history", [session])).toHaveLength(4);
    expect(call("llm.session.usage", [session])).toMatchObject({ usage: { totalTokens: 240 }, cost: 0.0008 });
    call("llm.session.clear", [session]);
    await call("llm.session.send", [session, "four"]);
    expect(body().messages.map((each: { role: string }) => each.role)).toEqual(["system", "user"]);
  });

  it("streams, and answers concurrent messages one after the other", async () => {
    const { call } = online();
    const session = call("llm.session", []) as Handle;
    const pieces: string[] = [];
    await Promise.all([
      call("llm.session.stream", [session, "one", (piece: string) => void pieces.push(piece)]),
      call("llm.session.send", [session, "two"]),
    ]);
    expect(pieces.join("")).toBe("Hello there");
    expect((call("llm.session.history", [session]) as { content: string }[]).map((each) => each.content)).toEqual([
      "one",
      "Hello there",
      "two",
      "Hello there",
    ]);
  });

  it("is as it was after a failed call", async () => {
    const { call, fail } = online();
    const session = call("llm.session", []) as Handle;
    server.respond({ status: 500, body: { error: { message: "oops" } } });
    expect((await fail("llm.session.send", [session, "one"])).code).toBe("provider.overloaded");
    expect(call("llm.session.history", [session])).toEqual([]);
    server.respond({ text: "fine" });
    expect(text(await call("llm.session.send", [session, "one"]))).toBe("fine");
  });
});

describe("several models and calls", () => {
  it("batch keeps the order, its limit, and goes on past failures", async () => {
    let running = 0;
    let most = 0;
    server.respond(async (call) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return call.prompt === "bad"
        ? { status: 400, body: { error: { message: "refused" } } }
        : { text: `re ${call.prompt}` };
    });
    const results = (await online().call("llm.batch", [
      ["a", "bad", { prompt: "c", maxTokens: 5 }, "d"],
      { concurrency: 2 },
    ])) as unknown[];
    expect([text(results[0]), text(results[2]), text(results[3])]).toEqual(["re a", "re c", "re d"]);
    expect(results[1]).toMatchObject({ code: "provider.bad_request" });
    expect(most).toBe(2);
  });

  it("compare asks each model", async () => {
    server.respond((call) =>
      call.body.model === "gpt-4"
        ? { status: 400, body: { error: { message: "no" } } }
        : { text: `I am ${call.body.model}` },
    );
    const results = (await online().call("llm.compare", [["gpt-4o", "gpt-4", "claude-sonnet-5"], "who?"])) as {
      model: string;
      answer?: TextValue;
      error?: unknown;
    }[];
    expect(results.map((each) => each.model)).toEqual(["gpt-4o", "gpt-4", "claude-sonnet-5"]);
    expect(results[0]?.answer?.text).toBe("I am gpt-4o");
    expect(results[1]?.error).toMatchObject({ code: "provider.bad_request" });
    expect(results[2]?.answer?.text).toBe("I am claude-sonnet-5");
  });

  it("fallback goes on to the next model, directly and as an object", async () => {
    server.respond((call) =>
      call.body.model === "gpt-4"
        ? { status: 503, body: { error: { message: "down" } } }
        : { text: `I am ${call.body.model}` },
    );
    const { call } = online();
    expect(text(await call("llm.fallback", [["gpt-4", "gpt-4o"], "who?"]))).toBe("I am gpt-4o");
    const group = await call("llm.fallback", [["gpt-4", "claude-sonnet-5"]]);
    expect(text(await call("llm.group.chat", [group, "who?"]))).toBe("I am claude-sonnet-5");
  });

  it("fastest takes the first answer and cancels the others", async () => {
    await using slow = await startModelServer({ text: "slow", delayMs: 5_000 });
    const own = {
      providers: { openai: { apiKey: "k", baseUrl: server.url }, mistral: { apiKey: "k", baseUrl: slow.url } },
    };
    const budget = createBudget();
    const services = { models: () => new Models({ config: own }) };
    const { call } = createBridgeHarness([llmBridge], { services, budget });
    server.respond({ text: "quick", delayMs: 30, usage: { input: 7, output: 3 } });
    expect(text(await call("llm.fastest", [["mistral/x", "openai/y"], "who?", { maxTokens: 50 }]))).toBe("quick");
    await expect.poll(() => slow.openConnections(), { timeout: 1_000 }).toBe(0);
    // The loser did not say what it used: it is booked as counted here.
    const loser = countMessageTokens([{ role: "user", content: "who?" }]) + 50;
    expect(budget.spent().tokens).toBe(10 + loser);
  });
});

describe("vectors and media", () => {
  it("embed answers with one vector or several", async () => {
    const { call } = offline();
    const one = (await call("llm.embed", ["cats"])) as number[];
    expect(one.length).toBe(256);
    expect(await call("llm.embed", [["cats", "dogs"]])).toEqual([one, expect.any(Array)]);
    expect(await call("llm.embed", ["cats", { dimensions: 16 }])).toHaveLength(16);
  });

  it("rerank puts the likest first", async () => {
    const documents = ["stock markets fell", "my cat sleeps", "cats and dogs"];
    const ranked = (await offline().call("llm.rerank", ["a cat", documents, { topK: 2 }])) as {
      index: number;
      document: string;
      score: number;
    }[];
    expect(ranked.map((each) => each.document)).not.toContain("stock markets fell");
    expect(ranked[0]?.score).toBeGreaterThan(0.3);
    expect(documents[ranked[0]?.index as number]).toBe(ranked[0]?.document);
  });

  it("image, speech and transcribe go to a model that can, and say when none can", async () => {
    const { call } = online();
    server.respond({ text: "picture" });
    const image = (await call("llm.image", ["a cat"])) as { images: { data: Uint8Array }[] };
    expect(Buffer.from(image.images[0]?.data as Uint8Array).toString()).toBe("picture");
    const speech = (await call("llm.speech", ["hello", { voice: "alloy" }])) as { audio: Uint8Array };
    expect(speech.audio.length).toBeGreaterThan(0);
    server.respond({ text: "hello world" });
    expect(text(await call("llm.transcribe", [new Uint8Array([1, 2, 3])]))).toBe("hello world");
    for (const [name, argument] of [
      ["llm.image", "a"],
      ["llm.speech", "a"],
      ["llm.transcribe", new Uint8Array(2)],
    ]) {
      expect((await offline().fail(name as string, [argument])).code).toBe("provider.unsupported");
    }
  });
});

describe("the run's model, and what is known of models", () => {
  it("setProvider and setModel choose for calls that name none", async () => {
    const { call, fail } = online();
    call("llm.setProvider", ["anthropic"]);
    expect(fields(await call("llm.chat", ["hi"])).provider).toBe("anthropic");
    expect(fields(await call("llm.chat", ["hi", { model: "gpt-4o" }])).provider).toBe("openai");
    expect(fields(await call("llm.chat", ["hi", { model: "own-name" }])).provider).toBe("anthropic");
    call("llm.setModel", ["openai/gpt-4o-mini"]);
    expect(fields(await call("llm.chat", ["hi"])).model).toBe("gpt-4o-mini");
    call("llm.setModel", []);
    expect(fields(await call("llm.chat", ["hi"])).model).toBe("gpt-4o");
    expect((await fail("llm.setProvider", ["acme"])).code).toBe("provider.unknown");
  });

  it("lists, finds and describes models without a network", () => {
    const { call } = online();
    expect(call("llm.listProviders")).toContainEqual(expect.objectContaining({ name: "openai", configured: true }));
    expect(
      (call("llm.listModels", ["mistral"]) as { provider: string }[]).every((each) => each.provider === "mistral"),
    ).toBe(true);
    expect(
      (call("llm.listModels", [{ configured: true, kind: "chat" }]) as { provider: string }[]).map(
        (each) => each.provider,
      ),
    ).not.toContain("mistral");
    expect(call("llm.modelInfo", ["gpt-4o"])).toMatchObject({ name: "openai/gpt-4o", contextWindow: 128_000 });
    const found = call("llm.findModels", [{ capabilities: ["images"], max_cost: 3, min_context: 500_000 }]) as {
      contextWindow: number;
    }[];
    expect(found.length).toBeGreaterThan(0);
    expect(Math.min(...found.map((each) => each.contextWindow))).toBeGreaterThanOrEqual(500_000);
    expect(server.calls).toEqual([]);
  });

  it("counts tokens and estimates costs", () => {
    const { call } = online();
    expect(call("llm.countTokens", ["Hello, world!"])).toBe(4);
    expect(call("llm.estimateCost", ["Hello, world!", { model: "gpt-4o", outputTokens: 1_000_000 }])).toMatchObject({
      model: "openai/gpt-4o",
      inputTokens: 4,
      cost: 10 + 4 * 2.5e-6,
    });
    expect(call("llm.estimateCost", ["x", { model: "openai/own" }])).toMatchObject({ cost: null });
    expect(call("llm.estimateCost", ["x"])).toMatchObject({ model: "openai/gpt-4o" });
  });
});
