import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineBridge, method } from "../bridge/define-bridge.ts";
import type { LlmspellError } from "../errors.ts";
import { ContractHost, contractOptions } from "../testing/engine-host.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";

const demo = defineBridge({
  name: "demo",
  summary: "For tests.",
  methods: {
    twice: method({
      summary: "Doubles a number.",
      input: { n: z.number() },
      output: z.number(),
      effect: "read",
      run: ({ n }) => n * 2,
    }),
  },
});

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => "none",
    (error: unknown) => (error as LlmspellError).code,
  );

describe.each([
  ["lua", "return 6 * params.n", "return demo.twice(params.n)", "while true do end", "return +"],
  ["js", "return 6 * params.n", "return await demo.twice(params.n)", "while (true) {}", "return +"],
])("an embedded %s engine", (name, product, calling, endless, broken) => {
  it("executes scripts and files with parameters", async () => {
    await using engine = new EmbeddedEngine(name);
    expect(await engine.execute(product, { n: 7 })).toBe(42);
    const folder = mkdtempSync(path.join(tmpdir(), "llmspell-embedded-"));
    const file = path.join(folder, `spell${engine.extensions[0]}`);
    writeFileSync(file, product);
    expect(await engine.executeFile(file, { n: 2 })).toBe(12);
    rmSync(folder, { recursive: true });
  });

  it("offers a bridge from its registration to its removal", async () => {
    await using engine = new EmbeddedEngine(name);
    engine.registerBridge("demo", demo);
    expect(await engine.execute(calling, { n: 21 })).toBe(42);
    engine.unregisterBridge("demo");
    expect(await codeOf(engine.execute(calling, { n: 21 }))).toBe("script.error");
    expect(() => engine.unregisterBridge("demo")).toThrow(/no bridge "demo"/);
  });

  it("lets runs in progress end when its settings change", async () => {
    await using engine = new EmbeddedEngine(name);
    const waiting = engine.execute(name === "js" ? "await util.sleep(30); return 1" : "util.sleep(30) return 1");
    engine.setMemoryLimit(16 * 1024 * 1024);
    expect(await engine.execute(product, { n: 1 })).toBe(6);
    expect(await waiting).toBe(1);
  });

  it("ends what runs past its timeout", async () => {
    await using engine = new EmbeddedEngine(name);
    engine.setTimeout(100);
    expect(await codeOf(engine.execute(endless))).toBe("limit.wall");
  });

  it("checks syntax without running", async () => {
    await using engine = new EmbeddedEngine(name);
    await engine.validateSyntax(product);
    expect(await codeOf(engine.validateSyntax(broken))).toBe("script.syntax");
  });

  it("opens a bare VM for a host of the program's own", async () => {
    await using engine = new EmbeddedEngine(name);
    const vm = await engine.open(contractOptions(new ContractHost()));
    expect(await vm.run({ code: "return 1", file: "bare" })).toBe(1);
    vm.dispose();
  });
});

it("an engine that nobody knows is named as such", () => {
  expect(() => new EmbeddedEngine("cobol")).toThrow(/no engine is named "cobol"/);
});
