import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LlmspellError } from "../errors.ts";
import { type ModelCall, type ModelReply, type ModelServer, startModelServer } from "../testing/model-server.ts";
import { Models } from "./models.ts";
import type { ProviderSettings } from "./provider-config.ts";
import type { ModelRequest, ModelResponse, StreamEvent } from "./types.ts";

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());

interface Case {
  title: string;
  model: string;
  path: string;
  settings?: ProviderSettings;
  protocol: string;
  keyHeader: [name: string, value: string];
  /** The wire has no place for reasoning tokens, or for the reasoning's text. */
  reasoningTokens?: false;
  reasoningText?: false;
}

const bearer: [string, string] = ["authorization", "Bearer secret-key"];
const CASES: Case[] = [
  {
    title: "OpenAI chat completions",
    model: "openai/gpt-4o",
    path: "/v1",
    protocol: "openai-chat",
    keyHeader: bearer,
    reasoningText: false,
  },
  {
    title: "OpenAI responses",
    model: "openai/gpt-5",
    path: "/v1",
    settings: { api: "responses" },
    protocol: "openai-responses",
    keyHeader: bearer,
  },
  {
    title: "a compatible server",
    model: "openai/some-local-model",
    path: "/v1",
    protocol: "openai-chat",
    keyHeader: bearer,
  },
  {
    title: "Anthropic",
    model: "anthropic/claude-sonnet-4-5",
    path: "/v1",
    protocol: "anthropic",
    keyHeader: ["x-api-key", "secret-key"],
    reasoningTokens: false,
  },
  {
    title: "Gemini",
    model: "google/gemini-2.5-flash",
    path: "/v1beta",
    protocol: "google",
    keyHeader: ["x-goog-api-key", "secret-key"],
  },
  {
    title: "Mistral",
    model: "mistral/mistral-small-latest",
    path: "/v1",
    protocol: "openai-chat",
    keyHeader: bearer,
    reasoningTokens: false,
    reasoningText: false,
  },
  {
    title: "Groq",
    model: "groq/llama-3.3-70b-versatile",
    path: "/openai/v1",
    protocol: "openai-chat",
    keyHeader: bearer,
    reasoningText: false,
  },
  { title: "DeepSeek", model: "deepseek/deepseek-v4-flash", path: "", protocol: "openai-chat", keyHeader: bearer },
  {
    title: "OpenRouter",
    model: "openrouter/openai/gpt-4o",
    path: "/api/v1",
    protocol: "openai-chat",
    keyHeader: bearer,
  },
  { title: "Ollama", model: "ollama/llama3", path: "", protocol: "openai-chat", keyHeader: bearer },
];

function modelsFor({ model, path, settings }: Pick<Case, "model" | "path" | "settings">, retries = 0): Models {
  const provider = model.slice(0, model.indexOf("/"));
  return new Models({
    config: { providers: { [provider]: { apiKey: "secret-key", baseUrl: server.url + path, ...settings } } },
    retry: { retries, baseMs: 1, maxMs: 2 },
  });
}

const ask = (model: string, extra: Partial<ModelRequest> = {}): ModelRequest => ({
  model,
  messages: [{ role: "user", content: "hi" }],
  ...extra,
});

async function collect(
  events: AsyncIterable<StreamEvent>,
): Promise<{ texts: string[]; kinds: Set<string>; response: ModelResponse }> {
  const texts: string[] = [];
  const kinds = new Set<string>();
  let response: ModelResponse | undefined;
  for await (const event of events) {
    kinds.add(event.type);
    if (event.type === "text") texts.push(event.text);
    if (event.type === "finish") response = event.response;
  }
  return { texts, kinds, response: response as ModelResponse };
}

async function failure(run: Promise<unknown>): Promise<LlmspellError> {
  const error: unknown = await run.then(
    () => new Error("did not fail"),
    (thrown: unknown) => thrown,
  );
  if (!LlmspellError.is(error)) throw error;
  return error;
}

const TOOL = {
  name: "add",
  description: "Adds numbers",
  parameters: { type: "object", properties: { a: { type: "number" } }, required: ["a"] },
};

describe.each(CASES)("$title", (each) => {
  const { model, protocol, keyHeader } = each;
  const models = () => modelsFor(each);
  const lastCall = (): ModelCall => server.calls.at(-1) as ModelCall;

  it("completes, with usage, cached tokens and finish reason", async () => {
    server.respond({
      text: "Hello there",
      reasoning: "hm",
      usage: { input: 100, output: 20, cached: 40, reasoning: 5 },
    });
    const response = await models().generate(ask(model, { maxTokens: 50, temperature: 0.5, stop: ["END"] }));
    expect(response).toMatchObject({ text: "Hello there", finishReason: "stop", toolCalls: [] });
    expect(response.usage).toMatchObject({ inputTokens: 100, outputTokens: 20, totalTokens: 120, cachedTokens: 40 });
    expect(response.usage.reasoningTokens).toBe(each.reasoningTokens === false ? 0 : 5);
    expect(response.reasoning).toBe(each.reasoningText === false ? undefined : "hm");
    expect(lastCall()).toMatchObject({ protocol, prompt: "hi" });
    expect(lastCall().headers[keyHeader[0]]).toBe(keyHeader[1]);
    expect(JSON.stringify(lastCall().body)).toContain("50");
  });

  it("streams text piece by piece and ends with the same figures", async () => {
    server.respond({
      text: "one two three",
      reasoning: "hm",
      usage: { input: 100, output: 20, cached: 40, reasoning: 5 },
    });
    const { texts, response } = await collect(models().stream(ask(model)));
    expect(texts.length).toBeGreaterThanOrEqual(3);
    expect(texts.join("")).toBe("one two three");
    expect(response).toMatchObject({
      text: "one two three",
      finishReason: "stop",
      usage: { inputTokens: 100, outputTokens: 20, cachedTokens: 40 },
    });
    expect(lastCall().stream).toBe(true);
  });

  it.each(["generate", "stream"] as const)("calls a tool and takes its result back (%s)", async (way) => {
    server.respond({ toolCalls: [{ name: "add", arguments: { a: 2 } }] });
    const request = ask(model, { tools: [TOOL] });
    const first =
      way === "generate" ? await models().generate(request) : (await collect(models().stream(request))).response;
    expect(first.finishReason).toBe("tool_calls");
    expect(first.toolCalls).toMatchObject([{ name: "add", arguments: { a: 2 } }]);
    server.respond({ text: "It is 4" });
    const id = first.toolCalls[0]?.id as string;
    const second = await models().generate({
      ...request,
      messages: [...request.messages, first.message, { role: "tool", toolCallId: id, content: "result is 4" }],
    });
    expect(second.text).toBe("It is 4");
    expect(JSON.stringify(lastCall().body)).toContain("result is 4");
  });

  it("answers with a value that fits a schema, after one repair", async () => {
    server.respond([{ text: '{"n": "many"}' }, { text: "Sure! ```json\n{n: 3,}\n```" }]);
    const schema = {
      type: "object",
      properties: { n: { type: "integer" } },
      required: ["n"],
      additionalProperties: false,
    };
    const { value, rounds, response } = await models().generateObject({ ...ask(model), schema });
    expect(value).toEqual({ n: 3 });
    expect(rounds).toBe(2);
    expect(response.usage.inputTokens).toBe(20);
    const asked = JSON.stringify(lastCall().body);
    expect(asked).toContain("integer");
    expect(asked).toContain("does not fit the schema");
  });

  it("sends images as the protocol wants them", async () => {
    server.respond({ text: "a cat" });
    const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
    const name = model.startsWith("mistral") ? "mistral/pixtral-large-latest" : model;
    await models().generate({
      model: name,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "what?" },
            { type: "image", data: png },
          ],
        },
      ],
    });
    const body = JSON.stringify(lastCall().body);
    expect(body).toContain(png.toString("base64"));
    expect(body).toContain("image/png");
  });

  const statusCases: [number, ModelReply & { status: number }, string][] = [
    [401, { status: 401, body: { error: { message: "Incorrect API key provided: secret-key" } } }, "provider.auth"],
    [
      429,
      { status: 429, headers: { "retry-after": "7" }, body: { error: { message: "slow down" } } },
      "provider.rate_limit",
    ],
    [
      400,
      {
        status: 400,
        body: {
          error: { message: "This model's maximum context length is 8192 tokens", code: "context_length_exceeded" },
        },
      },
      "provider.context_length",
    ],
    [
      400,
      { status: 400, body: { error: { message: "blocked", code: "content_filter", type: "invalid_request_error" } } },
      "provider.content_filter",
    ],
    [400, { status: 400, body: { error: { message: "unknown field" } } }, "provider.bad_request"],
    [
      404,
      { status: 404, body: { error: { message: "The model `x` does not exist", code: "model_not_found" } } },
      "provider.unknown",
    ],
    [503, { status: 503, body: { error: { message: "try later" } } }, "provider.overloaded"],
    [
      529,
      { status: 529, body: { type: "error", error: { type: "overloaded_error", message: "Overloaded" } } },
      "provider.overloaded",
    ],
    [502, { status: 502, body: "<html><body>Bad gateway</body></html>" }, "provider.overloaded"],
  ];

  it.each(statusCases)("maps %i replies", async (status, reply, code) => {
    server.respond(reply);
    for (const run of [() => models().generate(ask(model)), () => collect(models().stream(ask(model)))]) {
      const error = await failure(run());
      expect(error.code).toBe(code);
      expect(error.details).toMatchObject({ status, provider: model.split("/")[0] });
      expect(JSON.stringify(error.toData())).not.toContain("secret-key");
      expect(error.details?.retryAfterMs).toBe(status === 429 ? 7000 : undefined);
      const hint = status === 429 ? /in 7 s/ : code === "provider.bad_request" ? /^$/ : /\w.*\.$/;
      expect(error.hint ?? "").toMatch(hint);
    }
  });

  const broken: [string, ModelReply, string][] = [
    ["HTML", { status: 200, body: "<!DOCTYPE html><title>Log in</title>" }, "provider.bad_reply"],
    ["an empty body", { status: 200, body: "", headers: { "content-type": "application/json" } }, "provider.bad_reply"],
    ["the content filter's stop", { finish: "content_filter" }, "provider.content_filter"],
  ];

  it("refuses JSON that is no answer", async () => {
    server.respond({ status: 200, body: { surprise: true } });
    expect((await failure(models().generate(ask(model)))).code).toBe("provider.bad_reply");
  });

  it.each(broken)("says what is wrong with %s", async (_name, reply, code) => {
    server.respond(reply);
    expect((await failure(models().generate(ask(model)))).code).toBe(code);
    expect((await failure(collect(models().stream(ask(model))))).code).toBe(code);
  });

  const streams: [string, ModelReply, string][] = [
    ["a cut connection", { text: "a b c d e f", cutAfter: 4, chunkDelayMs: 2 }, "provider.network"],
    ["a stream without its end", { text: "a b c d e f", stopAfter: 4 }, "provider.network"],
    ["garbage within", { text: "a b c d e f", garbageAfter: 4 }, "provider.bad_reply"],
    [
      "an error event within",
      { text: "a b c d e f", errorAfter: { events: 4, type: "overloaded_error", message: "Overloaded" } },
      "provider.overloaded",
    ],
  ];

  it.each(streams)("gives the text so far, then fails: %s", async (_name, reply, code) => {
    server.respond(reply);
    let text = "";
    const error = await failure(
      (async () => {
        for await (const event of models().stream(ask(model))) if (event.type === "text") text += event.text;
      })(),
    );
    expect(error.code).toBe(code);
    expect("a b c d e f".startsWith(text.trimEnd())).toBe(true);
    expect(text).not.toBe("");
  });
});

describe("time and abort", () => {
  const each = CASES[0] as Case;

  it("fails with provider.timeout when nothing comes", async () => {
    server.respond({ text: "late", delayMs: 2_000 });
    const error = await failure(modelsFor(each).generate(ask(each.model, { attemptTimeoutMs: 40 })));
    expect(error).toMatchObject({ code: "provider.timeout", retryable: true });
  });

  it("fails with provider.timeout when a stream stands still", async () => {
    server.respond({ text: "a b c d", chunkDelayMs: 500 });
    const texts: string[] = [];
    const error = await failure(
      (async () => {
        for await (const event of modelsFor(each).stream(ask(each.model, { idleTimeoutMs: 40 })))
          if (event.type === "text") texts.push(event.text);
      })(),
    );
    expect(error.code).toBe("provider.timeout");
  });

  it("ends a slow but steady stream at the call's own limit", async () => {
    server.respond({ text: "a ".repeat(200), chunkDelayMs: 10 });
    const started = performance.now();
    const error = await failure(collect(modelsFor(each).stream(ask(each.model, { timeoutMs: 120 }))));
    expect(error.code).toBe("provider.timeout");
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("aborts a call in flight and closes its connection", async () => {
    await using own = await startModelServer({ text: "late", delayMs: 5_000 });
    const models = new Models({ config: { providers: { openai: { apiKey: "k", baseUrl: own.url } } } });
    const controller = new AbortController();
    const pending = failure(models.generate(ask("gpt-4o"), { signal: controller.signal }));
    while (own.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    controller.abort();
    expect((await pending).code).toBe("run.aborted");
    await expect.poll(() => own.openConnections(), { timeout: 1_000 }).toBe(0);
  });

  it("aborts in the middle of a stream with the caller's own reason", async () => {
    server.respond({ text: "a b c d e f g h", chunkDelayMs: 20 });
    const controller = new AbortController();
    const reason = new LlmspellError("limit.wall", "time is up");
    const error = await failure(
      (async () => {
        for await (const event of modelsFor(each).stream(ask(each.model), { signal: controller.signal }))
          if (event.type === "text") controller.abort(reason);
      })(),
    );
    expect(error).toBe(reason);
  });

  it("closes the connection when the consumer stops reading", async () => {
    await using own = await startModelServer({ text: "a ".repeat(500), chunkDelayMs: 5 });
    const models = new Models({ config: { providers: { openai: { apiKey: "k", baseUrl: own.url } } } });
    for await (const event of models.stream(ask("gpt-4o"))) if (event.type === "text") break;
    await expect.poll(() => own.openConnections(), { timeout: 1_000 }).toBe(0);
  });
});

describe("the network", () => {
  it.each(CASES.map((each) => each.model))("names the address when %s cannot be reached", async (model) => {
    const provider = model.split("/")[0] as string;
    const models = new Models({
      config: { providers: { [provider]: { apiKey: "k", baseUrl: "http://127.0.0.1:9" } } },
      retry: { retries: 0 },
    });
    const error = await failure(models.generate(ask(model)));
    expect(error.code).toBe("provider.network");
    expect(error.message).toContain("http://127.0.0.1:9");
  });

  it("sends every request through the given fetch, whose refusals pass unchanged", async () => {
    const denied = new LlmspellError("permission.denied", "no network");
    const models = new Models({
      config: { providers: { openai: { apiKey: "k", baseUrl: server.url } } },
      fetch: () => Promise.reject(denied),
    });
    const before = server.calls.length;
    expect(await failure(models.generate(ask("gpt-4o")))).toBe(denied);
    expect(await failure(collect(models.stream(ask("gpt-4o"))))).toBe(denied);
    expect(server.calls.length).toBe(before);
  });

  it("sends no key to a server that has none configured", async () => {
    server.respond({ text: "ok" });
    const models = new Models({
      config: { providers: { openai: { baseUrl: server.url }, ollama: { baseUrl: server.url } } },
    });
    await models.generate(ask("openai/x"));
    expect(server.calls.at(-1)?.headers.authorization).toBeUndefined();
    await models.generate(ask("ollama/x"));
    expect(server.calls.at(-1)?.headers.authorization).toBeUndefined();
  });

  it("fetches a file itself where the provider does not, by the caller's way alone", async () => {
    const png = Buffer.from("89504e470d0a1a0a", "hex");
    const models = new Models({ config: { providers: { ollama: { baseUrl: server.url } } } });
    const request: ModelRequest = {
      model: "ollama/llava",
      messages: [{ role: "user", content: [{ type: "image", url: "http://files.test/cat.png" }] }],
    };
    server.respond({ text: "a cat" });
    const urls: string[] = [];
    const download = (url: string) => (urls.push(url), Promise.resolve(new Response(png)));
    await models.generate(request, { download });
    expect(urls).toEqual(["http://files.test/cat.png"]);
    expect(JSON.stringify(server.calls.at(-1)?.body)).toContain(png.toString("base64"));
    const before = server.calls.length;
    expect((await failure(models.generate(request))).code).toBe("provider.unsupported");
    expect(server.calls.length).toBe(before);
  });
});

describe("other kinds of models", () => {
  const config = () => ({
    providers: {
      openai: { apiKey: "k", baseUrl: `${server.url}/v1` },
      google: { apiKey: "k", baseUrl: `${server.url}/v1beta` },
      anthropic: { apiKey: "k", baseUrl: server.url },
    },
  });

  it.each(["openai/text-embedding-3-small", "google/gemini-embedding-001"])(
    "embeds with %s, in order",
    async (model) => {
      server.respond({
        vectors: [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        usage: { input: 9, output: 0 },
      });
      const response = await new Models({ config: config() }).embed({ model, texts: ["a", "b", "c"] });
      expect(response.embeddings).toEqual([
        [1, 0],
        [0, 1],
        [1, 1],
      ]);
    },
  );

  it("prices embeddings by their input", async () => {
    server.respond({ vectors: [[1]], usage: { input: 1_000_000, output: 0 } });
    const response = await new Models({ config: config() }).embed({ texts: ["a"] });
    expect(response).toMatchObject({ model: "text-embedding-3-small", provider: "openai", cost: 0.02 });
  });

  it("makes images, speech and transcripts", async () => {
    const models = new Models({ config: config() });
    server.respond({ text: "picture" });
    const image = await models.image({ prompt: "a cat", size: "1024x1024" });
    expect(Buffer.from(image.images[0]?.data as Uint8Array).toString()).toBe("picture");
    server.respond({ text: "noise" });
    expect(Buffer.from((await models.speech({ text: "hello" })).audio).toString()).toBe("noise");
    server.respond({ text: "hello world" });
    expect((await models.transcribe({ audio: Buffer.from("RIFF....WAVE") })).text).toBe("hello world");
  });

  it("says plainly what a provider cannot do", async () => {
    const models = new Models({ config: config() });
    expect((await failure(models.embed({ model: "anthropic/claude-x", texts: ["a"] }))).code).toBe(
      "provider.unsupported",
    );
    expect((await failure(models.image({ model: "offline", prompt: "a" }))).code).toBe("provider.unsupported");
    expect((await failure(models.speech({ provider: "anthropic", text: "a" }))).code).toBe("provider.unsupported");
  });
});
