import { type AddressInfo, type Server, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ModelReply, type ModelServer, startModelServer } from "../../src/testing/model-server.ts";
import { runCli, startCli } from "../support/cli.ts";

const CHAT = 'return llm.chat("How are you?", { retries = 0 })';
const STREAM = 'llm.stream("How are you?", { retries = 0 }, function(piece) io.write(piece) end)';
const lua = (code: string, ...flags: string[]) => ["exec", "-m", "openai/gpt-4o", ...flags, "-e", "lua", code];
const openai = (server: ModelServer) => ({ OPENAI_API_KEY: "sk-test-secret", OPENAI_BASE_URL: `${server.url}/v1` });

/** A server that takes connections and then does as told. */
async function rawServer(onConnection: Parameters<typeof createServer>[1] & object): Promise<Server> {
  const server = createServer(onConnection as never);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

describe.concurrent("a spell that asks a model", () => {
  it("gets its answer", async () => {
    await using server = await startModelServer({ text: "Well, thanks." });
    expect(await runCli(lua(CHAT), { env: openai(server) })).toEqual({
      code: 0,
      stdout: "Well, thanks.\n",
      stderr: "",
    });
    expect(server.calls[0]).toMatchObject({
      prompt: "How are you?",
      headers: { authorization: "Bearer sk-test-secret" },
    });
  });

  it.each<[string, ModelReply, number, RegExp]>([
    ["a wrong key", { status: 401, body: { error: { message: "Incorrect API key provided" } } }, 3, /provider\.auth/],
    ["a failing server", { status: 500, body: { error: { message: "oops" } } }, 4, /provider\.overloaded/],
    ["a rate limit", { status: 429, body: { error: { message: "slow down" } } }, 4, /provider\.rate_limit/],
    [
      "HTML",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html><body>Sign in</body></html>" },
      4,
      /provider\.bad_reply/,
    ],
    [
      "an HTML error page",
      { status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad gateway</html>" },
      4,
      /provider\.overloaded/,
    ],
    ["nothing", { status: 200, body: "" }, 4, /provider\.bad_reply/],
    [
      "half an answer",
      { status: 200, headers: { "content-type": "application/json" }, body: '{"choices": [' },
      4,
      /provider\.bad_reply/,
    ],
  ])("fails clearly on %s", async (_, reply, code, message) => {
    await using server = await startModelServer(reply);
    const result = await runCli(lua(CHAT), { env: openai(server) });
    expect(result).toMatchObject({ code, stdout: "" });
    expect(result.stderr).toMatch(message);
    expect(result.stderr).not.toContain("sk-test-secret");
  });

  it("keeps what a stream brought before it was cut", async () => {
    await using server = await startModelServer({
      text: "one two three four",
      chunks: ["one ", "two ", "three ", "four"],
      chunkDelayMs: 10,
      cutAfter: 6,
    });
    const result = await runCli(lua(STREAM), { env: openai(server) });
    expect(result.code).toBe(4);
    expect(result.stdout).toMatch(/^one /);
    expect(result.stderr).toMatch(/provider\.(network|bad_reply)/);
  });

  it("fails clearly where nobody listens, and where the other end hangs up", async () => {
    const dead = await rawServer((socket: { destroy(): void }) => socket.destroy());
    const { port } = dead.address() as AddressInfo;
    const env = { OPENAI_API_KEY: "k", OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` };
    expect(await runCli(lua(CHAT), { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("provider.network") as string,
    });
    await new Promise((resolve) => dead.close(resolve));
    expect(await runCli(lua(CHAT), { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("provider.network") as string,
    });
  });

  it("fails clearly on a dead proxy", async () => {
    const env = {
      OPENAI_API_KEY: "k",
      OPENAI_BASE_URL: "http://api.example.com/v1",
      NODE_USE_ENV_PROXY: "1",
      HTTP_PROXY: "http://127.0.0.1:9",
    };
    expect(await runCli(lua(CHAT), { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining("provider.network") as string,
    });
  });

  it("is cancelled by Ctrl-C, the request in flight with it", async () => {
    await using server = await startModelServer({ text: "late", delayMs: 60_000 });
    const running = startCli(lua(`print("on") ${CHAT}`), { env: openai(server) });
    await running.printed("on");
    await vi.waitFor(() => expect(server.calls).toHaveLength(1), { timeout: 10_000 });
    running.process.kill("SIGINT");
    expect(await running.ended).toMatchObject({ code: 130, stdout: "on\n" });
    await vi.waitFor(async () => expect(await server.openConnections()).toBe(0), { timeout: 5000 });
  });

  it("says with --json what it spent", async () => {
    await using server = await startModelServer({ text: "Fine.", usage: { input: 11, output: 3 } });
    const { stdout } = await runCli(lua(CHAT, "--json"), { env: openai(server) });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      result: "Fine.",
      stats: { inputTokens: 11, outputTokens: 3 },
    });
  });
});

describe("without a key", () => {
  let results: Awaited<ReturnType<typeof runCli>>[];
  beforeAll(async () => {
    results = await Promise.all([
      runCli(lua(CHAT)),
      runCli(lua(CHAT, "--require-model")),
      runCli(lua(CHAT), { env: { LLMSPELL_REQUIRE_MODEL: "1" } }),
    ]);
  });
  afterAll(() => results.splice(0));

  it("the offline model answers, with one warning", () => {
    expect(results[0]).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^warn: [^\n]*offline[^\n]*\n$/) as string,
    });
  });

  it("unless a model is required", () => {
    for (const result of results.slice(1))
      expect(result).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("provider.auth") as string });
  });
});
