import { describe, expect, it } from "vitest";
import { z } from "zod";
import type * as Library from "../../src/index.ts";
import type * as Testing from "../../src/testing/index.ts";

// By the names that a user of the package writes; a variable, so that types do not need a build.
const [main, entry] = ["llmspell", "llmspell/testing"];
const { createRuntime, defineBridge, method } = (await import(main)) as typeof Library;
const { bridgeContract, createBridgeHarness, startModelServer } = (await import(entry)) as typeof Testing;

const dice = defineBridge({
  name: "dice",
  summary: "Dice.",
  methods: {
    roll: method({
      summary: "Rolls dice and answers their sum.",
      input: { count: z.int().min(1).optional() },
      output: z.object({ sumOfAll: z.int() }),
      effect: "read",
      run: async ({ count = 1 }) => ({ sumOfAll: count * 4 }),
    }),
  },
});

describe("a user's own bridge", () => {
  it.each(bridgeContract(dice))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it("answers in the harness and in a spell", async () => {
    expect(await createBridgeHarness([dice], { naming: "snake" }).call("dice.roll", [3])).toEqual({ sum_of_all: 12 });
    await using runtime = createRuntime({ bridges: [dice] });
    expect(await runtime.exec("return dice.roll(2).sum_of_all", { engine: "lua" })).toMatchObject({
      ok: true,
      value: 8,
    });
  });
});

it("a spell's model is a server of the test", async () => {
  await using server = await startModelServer({ text: "pong" });
  await using runtime = createRuntime({
    models: { model: "openai/gpt-4o", env: { OPENAI_API_KEY: "k", OPENAI_BASE_URL: `${server.url}/v1` } },
  });
  expect(await runtime.exec('return llm.chat("ping")', { engine: "lua" })).toMatchObject({ ok: true });
  expect(server.calls[0]?.prompt).toBe("ping");
});
