import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { z } from "zod";
import { createPolicy } from "../policy/policy.ts";
import { createBridgeHarness } from "../testing/bridge-harness.ts";
import { TextValue } from "../values/script-value.ts";
import { consoleBridge } from "./console.ts";
import { logBridge } from "./log.ts";

const bridges = [consoleBridge, logBridge];

test("prints several values on one line, texts as they are and the rest inspected", () => {
  const harness = createBridgeHarness(bridges);
  harness.call("console.log", ["a\tb", 1, null, { k: [true, "x"] }, new TextValue("answer", {})]);
  harness.call("console.info", []);
  harness.call("console.info", ["two"]);
  expect(harness.output).toBe('a\tb 1 null {k: [true, "x"]} answer\n\ntwo\n');
  expect(harness.logs).toEqual([]);
});

test("writes raw output without separators or line ends", () => {
  const harness = createBridgeHarness(bridges);
  expect(harness.call("console.write", ["a", 1, "b"])).toBeNull();
  expect(harness.output).toBe("a1b");
});

test("sends errors, warnings and debugging to the log", () => {
  const harness = createBridgeHarness(bridges);
  for (const level of ["error", "warn", "debug"]) harness.call(`console.${level}`, [level, { a: 1 }]);
  expect(harness.output).toBe("");
  expect(harness.logs).toEqual(["error", "warn", "debug"].map((level) => ({ level, message: `${level} {a: 1}` })));
});

test("takes the last object of several values as fields, a lone one as the message", () => {
  const harness = createBridgeHarness(bridges);
  harness.call("log.info", ["saved", 3, { path: "a.txt" }]);
  harness.call("logger.warn", [{ path: "a.txt" }]);
  harness.call("log.debug", [["x"], [1]]);
  harness.call("log.error");
  expect(harness.logs).toEqual([
    { level: "info", message: "saved 3", fields: { path: "a.txt" } },
    { level: "warn", message: '{path: "a.txt"}' },
    { level: "debug", message: '["x"] [1]' },
    { level: "error", message: "" },
  ]);
});

test("prints nothing again when a run is continued from its journal", () => {
  const harness = createBridgeHarness(bridges);
  harness.call("console.log", ["once"]);
  harness.call("log.info", ["once"]);
  const again = harness.replay();
  again.call("console.log", ["once"]);
  again.call("log.info", ["once"]);
  again.call("console.log", ["new"]);
  expect([again.output, again.logs]).toEqual(["new\n", []]);
});

test("output is no host call, asks no policy, and stops at its limit", async () => {
  const harness = createBridgeHarness(bridges, {
    limits: { hostCalls: 0, outputBytes: 10 },
    policy: createPolicy({ allow: {} }),
  });
  harness.call("console.log", ["12345"]);
  expect((await harness.fail("console.log", ["123456"])).code).toBe("limit.output");
  expect(harness.output).toBe("12345\n");
  expect(harness.condemned?.code).toBe("limit.output");
});

test("loads neither zod nor anything else from a package", () => {
  const probe = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    await import("./console.ts"); await import("./log.ts");
    console.log(loaded.filter((url) => url.includes("node_modules")).length, loaded.length > 2);`;
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", probe], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  expect(output).toBe("0 true\n");
});

test("documents its arguments as anything", () => {
  const { rest } = consoleBridge.methods["log"] as { rest?: z.ZodType };
  expect(z.toJSONSchema(rest as z.ZodType)).not.toHaveProperty("type");
});

test("very many short texts reach the limit of output, not that of the host's memory", () => {
  const run = createBridgeHarness([consoleBridge]);
  const print = () => {
    for (let line = 0; line < 500_000; line++) run.call("console.log", [`line ${line} of very many`]);
  };
  expect(print).toThrow(expect.objectContaining({ code: "limit.output" }));
  expect(run.journal().length).toBeLessThan(1000);
});
