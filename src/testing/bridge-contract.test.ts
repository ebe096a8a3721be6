import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type BridgeDefinition, defineBridge, method } from "../bridge/define-bridge.ts";
import { handle } from "../bridge/schemas.ts";
import { builtInBridges } from "../runtime/bridge-sources.ts";
import { bridgeContract } from "./bridge-contract.ts";

const ours = builtInBridges().map(({ load }) => load());

const handleTypes = ours.flatMap(({ handles = {} }) => Object.keys(handles));

describe.each(ours)("the bridge $name fulfils the bridge contract", (bridge) => {
  it.each(bridgeContract(bridge, { handleTypes }))("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

const good = method({
  summary: "Answers its text.",
  input: { text: z.string(), times: z.int().optional() },
  output: z.string(),
  effect: "pure",
  sync: true,
  run: ({ text }) => text,
});

function withMethod(name: string, changes: object): BridgeDefinition {
  return defineBridge({ name: "sample", summary: "A sample.", methods: { [name]: { ...good, ...changes } as never } });
}

async function broken(bridge: BridgeDefinition): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of bridgeContract(bridge)) await run().catch(() => names.push(name));
  return names;
}

describe("the bridge contract finds", () => {
  it("nothing in a good bridge", async () => {
    expect(await broken(withMethod("echo", {}))).toEqual([]);
  });

  it.each<[string, BridgeDefinition, string]>([
    ["snake_case", withMethod("two_words", {}), "names everything"],
    ["a Lua keyword", withMethod("repeat", {}), "names everything"],
    ["a field named by a Lua keyword", withMethod("cut", { output: z.object({ end: z.int() }) }), "names everything"],
    ["a global named by a JavaScript keyword", { ...withMethod("echo", {}), name: "switch" }, "names everything"],
    ["a name that is there twice", { ...withMethod("echo", {}), constants: { echo: 1 } }, "uses every name once"],
    ["a summary without a period", withMethod("echo", { summary: "Answers" }), "says what everything is for"],
    [
      "a schema that cannot be compiled",
      withMethod("echo", { output: { _zod: { def: { type: "object" } } } }),
      "has schemas",
    ],
    [
      "an optional parameter before others",
      withMethod("echo", { input: { a: z.string().optional(), b: z.string() } }),
      "takes optional parameters last",
    ],
    ["a capability that nobody asks for", withMethod("echo", { capability: "fs.read" }), "says what each method does"],
    [
      "a journaled handle",
      withMethod("open", { effect: "read", output: z.object({ in: handle("door") }) }),
      "answers data alone",
    ],
    [
      "an unknown handle type",
      withMethod("open", { effect: "local", output: handle("door") }),
      "declares the handle types",
    ],
    [
      "an iterator that never ends",
      {
        ...withMethod("echo", {}),
        handles: { door: { summary: "A door.", iterator: "next", methods: { next: { ...good, input: {} } as never } } },
      },
      "iterates by a method",
    ],
    ["an async function behind a sync method", withMethod("echo", { run: async () => "late" }), "answers at once"],
    ["a constant that is no JSON", { ...withMethod("echo", {}), constants: { limit: 2n } }, "has an outline"],
    [
      "a schema that throws",
      withMethod("echo", { input: { a: z.any().transform((text: string) => text.length) } }),
      "refuses missing",
    ],
  ])("%s", async (_, bridge, expected) => {
    expect((await broken(bridge)).some((name) => name.startsWith(expected))).toBe(true);
  });
});
