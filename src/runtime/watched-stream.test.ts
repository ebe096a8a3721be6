import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import { type ModelServer, startModelServer } from "../testing/model-server.ts";
import { createRuntime, type Runtime } from "./create-runtime.ts";

let server: ModelServer;
let runtime: Runtime;
let reached: PromiseWithResolvers<null>;
let gate: PromiseWithResolvers<null>;

beforeEach(async () => {
  reached = Promise.withResolvers<null>();
  gate = Promise.withResolvers<null>();
  const bridge = defineBridge({
    name: "world",
    summary: "A wait that the test ends.",
    methods: {
      wait: method({
        summary: "Waits.",
        input: {},
        output: z.null(),
        effect: "read",
        async run() {
          reached.resolve(null);
          return gate.promise;
        },
      }),
    },
  });
  server = await startModelServer({ text: "one two three four", chunks: ["one ", "two ", "three ", "four"] });
  const models = { model: "openai/m", env: { OPENAI_BASE_URL: `${server.url}/v1`, OPENAI_API_KEY: "secret" } };
  runtime = createRuntime({ workers: 1, bridges: [bridge], models });
});
afterEach(async () => {
  await runtime.shutdown();
  await server.close();
});

const codeOf = (watch: string) => `
  ${watch}
  const told = [];
  events.on("llm.*", (event) => told.push(event.type));
  const stream = llm.stream("count");
  const pieces = [(await stream.next()), (await stream.next())];
  await world.wait();
  for await (const piece of stream) pieces.push(piece);
  return [pieces.join("|"), String(await stream.response()), told.filter((type) => type === "llm.finished").length];`;

describe("a stream that is read while its worker is ended", () => {
  it.each([
    ["hooks", 'hooks.register("onStreamChunk", (ctx, text) => text.toUpperCase());', "ONE |TWO |THREE |FOUR"],
    ["a guardrail", 'guardrails.add({ name: "any", on: "output", check: () => true });', /^one two three four\|$/],
  ])("gives with %s what was left of it, each piece once", async (_, watch, text) => {
    const spell = runtime.exec(codeOf(watch), { engine: "javascript" });
    await reached.promise;
    const hang = await runtime.exec("while true do end", { engine: "lua", limits: { cpuMs: 50 } });
    expect(hang).toMatchObject({ ok: false, error: { code: "limit.cpu" } });
    gate.resolve(null);
    const result = await spell;
    expect(result).toMatchObject({ ok: true, value: [expect.stringMatching(text), "one two three four", 1] });
  });
});
