import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { createPolicy } from "../policy/policy.ts";
import { type BridgeHarness, type BridgeHarnessOptions, createBridgeHarness } from "../testing/bridge-harness.ts";
import type { ScriptValue } from "../values/script-value.ts";
import { approvalBridge } from "./approval.ts";
import { hooksBridge } from "./hooks.ts";
import { timeBridge } from "./time.ts";
import { toolsBridge } from "./tools.ts";

const root = mkdtempSync(path.join(tmpdir(), "llmspell-tools-"));
afterAll(() => rmSync(root, { recursive: true }));

let asked: unknown[] = [];
let approved = true;

function start(options: BridgeHarnessOptions = {}): BridgeHarness {
  return createBridgeHarness([toolsBridge, approvalBridge, hooksBridge, timeBridge], {
    ...options,
    services: {
      workspace: () => ({ root, maxFileBytes: 1_000_000 }),
      environment: () => ({}),
      people: () => ({
        async ask(question: unknown) {
          asked.push(question);
          return { approved, answer: approved ? "yes" : "no", by: "test" };
        },
      }),
      ...options.services,
    },
  });
}

const started = (harness: BridgeHarness) =>
  harness.journal().flatMap((entry) => (entry.type === "started" ? [[entry.method, entry.parent]] : []));

beforeEach(() => {
  asked = [];
  approved = true;
  writeFileSync(path.join(root, "a.txt"), "one");
});

describe("tools", () => {
  it("with effects stand in the journal below their call, and are not run again on replay", async () => {
    const script = async (harness: BridgeHarness) => [
      await harness.call("tools.execute", ["file_read", { path: "a.txt" }]),
      await harness.call("tools.execute", ["file_write", { path: "b.txt", content: "two" }]),
    ];
    const harness = start();
    const live = await script(harness);
    expect(started(harness)).toEqual([
      ["tools.execute", 0],
      ["tools.read", 1],
      ["tools.execute", 0],
      ["tools.write", 3],
    ]);
    writeFileSync(path.join(root, "a.txt"), "changed");
    writeFileSync(path.join(root, "b.txt"), "changed");
    const again = harness.replay();
    expect(await script(again)).toEqual(live);
    expect(again.journal()).toEqual([]);
    expect(readFileSync(path.join(root, "b.txt"), "utf8")).toBe("changed");
  });

  it("of a run that ended in their midst go on without what was done already", async () => {
    const script = async (harness: BridgeHarness) => {
      const tool = harness.call("tools.create", [
        {
          name: "both",
          execute: async () => {
            await harness.call("tools.execute", ["file_append", { path: "log.txt", content: "x" }]);
            await harness.call("tools.execute", ["file_append", { path: "log.txt", content: "y" }]);
            return "done";
          },
        },
      ]);
      return harness.call("tool.execute", [tool]);
    };
    const first = start();
    writeFileSync(path.join(root, "log.txt"), "");
    await script(first);
    const whole = first.journal();
    const cut = whole.findIndex((entry) => entry.type === "ended");
    writeFileSync(path.join(root, "log.txt"), "x");
    const again = start({ replay: whole.slice(0, cut + 1) });
    expect(await script(again)).toBe("done");
    expect(readFileSync(path.join(root, "log.txt"), "utf8")).toBe("xy");
  });

  it("ask the policy, by their own name", async () => {
    const harness = start({ policy: createPolicy({ allow: { "fs.read": true } }) });
    expect(await harness.call("tools.execute", ["file_read", "a.txt"])).toMatchObject({ content: "one" });
    const error = await harness.fail("tools.execute", ["file_write", { path: "c.txt", content: "x" }]);
    expect([error.code, error.message]).toEqual([
      "permission.denied",
      'tools.file_write may not use fs.write on "c.txt"',
    ]);
    expect((await harness.fail("tools.execute", ["file_read", "../../etc/passwd"])).code).toBe("permission.denied");
  });

  it("keep functions of the script until they are unregistered, and no longer", async () => {
    const harness = start();
    const tool = harness.call("tools.create", [{ name: "kept", execute: () => 1 }]);
    expect(harness.liveFunctions()).toBe(1);
    harness.call("tools.create", [{ name: "kept", execute: () => 2, replace: true }]);
    expect(harness.liveFunctions()).toBe(1);
    expect((await harness.fail("tools.create", [{ name: "kept", execute: () => 3 }])).code).toBe("tool.exists");
    expect(
      (await harness.fail("tools.create", [{ name: "odd", parameters: { type: "array" }, execute: () => 3 }])).code,
    ).toBe("schema.invalid");
    expect(await harness.call("tools.execute", ["kept"])).toBe(2);
    expect(harness.call("tool.unregister", [tool])).toBe(false);
    harness.call("tools.unregister", ["kept"]);
    expect(harness.liveFunctions()).toBe(0);
  });

  it("take the place of a built-in one until they go", async () => {
    const harness = start();
    harness.call("tools.create", [{ name: "text_hash", execute: () => "mine" }]);
    expect(await harness.call("tools.execute", ["text_hash"])).toBe("mine");
    expect(harness.call("tools.unregister", ["text_hash"])).toBe(true);
    expect(await harness.call("tools.execute", ["text_hash", "x"])).toMatchObject({ algorithm: "sha256" });
    expect(harness.call("tools.unregister", ["text_hash"])).toBe(false);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ["no object", { execute: () => 1 }, "tools.create"],
    ["no function", { name: "x" }, "no function to run"],
    ["a wrong name", { name: "../x", execute: () => 1 }, "expected a name"],
    [
      "a pattern without end",
      { name: "x", parameters: { a: { type: "string", pattern: "(?=a)" } }, execute: () => 1 },
      "linear",
    ],
    ["an unknown key", { name: "x", exekute: () => 1 }, 'did you mean "execute"?'],
  ])("are refused with %s", async (_, tool, message) => {
    const harness = start();
    expect((await harness.fail("tools.create", [tool])).message).toContain(message);
  });

  it("refuse hostile arguments, all at once, and never run", async () => {
    const harness = start();
    let ran = 0;
    const parameters = { n: { type: "integer", required: true }, list: { type: "array", items: { type: "integer" } } };
    harness.call("tools.create", [{ name: "x", parameters, execute: () => ++ran }]);
    const hostile = JSON.parse('{"__proto__": {"n": 1}, "constructor": 1, "list": [1, "b", {}]}') as ScriptValue;
    const error = await harness.fail("tools.execute", ["x", hostile]);
    expect(error.code).toBe("tool.invalid_arguments");
    for (const part of ['"n" is missing', "__proto__", "constructor", "list.1", "list.2"])
      expect(error.message).toContain(part);
    expect(ran).toBe(0);
  });

  it("that hang are given up after their time, and the run goes on", async () => {
    const harness = start();
    harness.call("tools.create", [{ name: "hangs", timeoutMs: 5, execute: () => new Promise(() => undefined) }]);
    const error = await harness.fail("tools.execute", ["hangs"]);
    expect([error.code, error.retryable]).toEqual(["tool.timeout", true]);
    expect(harness.call("tools.metrics", ["hangs"])).toMatchObject({ calls: 1, errors: 1, lastError: "tool.timeout" });
    const again = harness.replay();
    again.call("tools.create", [{ name: "hangs", timeoutMs: 5, execute: () => new Promise(() => undefined) }]);
    expect((await again.fail("tools.execute", ["hangs"])).code).toBe("tool.timeout");
  });

  it("that answer too much, or a function, fail and leave the run whole", async () => {
    const harness = start();
    harness.call("tools.create", [{ name: "big", execute: () => "x".repeat(100 * 1024 * 1024) }]);
    harness.call("tools.create", [{ name: "odd", execute: () => ({ deep: [() => 1] }) }]);
    expect((await harness.fail("tools.execute", ["big"])).code).toBe("tool.result_too_large");
    expect((await harness.fail("tools.execute", ["odd"])).message).toContain("answered a function");
    expect(harness.condemned).toBeUndefined();
  });

  it("made of each other without end come to one", async () => {
    const harness = start();
    harness.call("tools.create", [{ name: "a", execute: () => 1 }]);
    harness.call("tools.compose", [{ name: "b", steps: ["a"] }]);
    harness.call("tools.compose", [{ name: "a", steps: ["b"], replace: true }]);
    expect((await harness.fail("tools.execute", ["a"])).code).toBe("limit.recursion");
  });

  it("that fail once keep what the others of a parallel tool answer", async () => {
    const harness = start();
    const fail = () => Promise.reject(new Error("no luck"));
    harness.call("tools.create", [{ name: "good", execute: () => 1 }]);
    harness.call("tools.create", [{ name: "bad", execute: fail }]);
    const all = harness.call("tools.parallel", [["good", "bad", "good"], { onError: "collect", concurrency: 2 }]);
    expect(await harness.call("tool.execute", [all])).toEqual([
      { ok: true, value: 1 },
      { ok: false, error: { code: "tool.failed", message: expect.stringContaining("no luck") as unknown } },
      { ok: true, value: 1 },
    ]);
    const strict = harness.call("tools.parallel", [["good", "bad"]]);
    expect((await harness.fail("tool.execute", [strict])).code).toBe("tool.failed");
  });
});

describe("a model's call of a tool", () => {
  /** As agents call tools: from inside of a bridge. */
  const perform = (harness: BridgeHarness, tool: string, options: ScriptValue) =>
    Promise.resolve(harness.dispatcher.callNested("tools", "perform", [tool, {}, options], 0));

  it("asks a person where the tool requires confirmation", async () => {
    const harness = start();
    let ran = 0;
    harness.call("tools.create", [{ name: "wipe", execute: () => ++ran, requiresConfirmation: true }]);
    expect(await perform(harness, "wipe", { agent: "cleaner" })).toBe(1);
    expect(asked).toMatchObject([{ kind: "approval", title: expect.stringContaining('"cleaner"') as unknown }]);
    approved = false;
    await expect(perform(harness, "wipe", { agent: "cleaner" })).rejects.toMatchObject({ code: "approval.denied" });
    expect(ran).toBe(1);
    await perform(harness, "wipe", { agent: "cleaner", approved: true });
    await harness.call("tools.execute", ["wipe"]);
    expect([ran, asked.length]).toEqual([3, 2]);
  });

  it("asks about the arguments that the tool gets, whatever hooks make of them", async () => {
    const harness = start();
    const ran: ScriptValue[] = [];
    const parameters = { path: { type: "string", default: "safe.txt" } };
    const execute = (args: ScriptValue) => {
      ran.push(args);
      return "done";
    };
    harness.call("tools.create", [{ name: "wipe", parameters, execute, requiresConfirmation: true }]);
    const redirect = (): ScriptValue => ({ path: "other.txt" });
    await harness.call("hooks.register", ["beforeToolCall", redirect as unknown as ScriptValue]);
    await perform(harness, "wipe", { agent: "cleaner" });
    expect(ran).toEqual([{ path: "other.txt" }]);
    expect(asked).toMatchObject([{ details: { arguments: { path: "other.txt" } } }]);
  });

  it("an argument that the tool finds too large is no result that is too large", async () => {
    const harness = start();
    const expression = "1+".repeat(600) + "1";
    expect((await harness.fail("tools.execute", ["calculator", { expression }])).code).toBe("value.too_large");
  });

  it("asks nobody where the tool is only destructive: the policy governs files", async () => {
    const harness = start();
    const copy = (more: object) =>
      Promise.resolve(
        harness.dispatcher.callNested(
          "tools",
          "perform",
          ["file_copy", { from: "a.txt", to: "copied.txt", ...more }, { agent: "cleaner" }],
          0,
        ),
      );
    await copy({});
    await copy({ overwrite: true });
    harness.call("tools.create", [{ name: "wipe", execute: () => "wiped", destructive: true }]);
    expect(await perform(harness, "wipe", { agent: "cleaner" })).toBe("wiped");
    expect(asked).toEqual([]);
  });

  it("asks for the parts of a tool that is made of others", async () => {
    const harness = start();
    harness.call("tools.create", [{ name: "wipe", requiresConfirmation: true, execute: () => "wiped" }]);
    harness.call("tools.compose", [{ name: "clean", steps: ["wipe"] }]);
    expect(await perform(harness, "clean", { agent: "cleaner" })).toBe("wiped");
    expect(asked).toHaveLength(1);
  });
});
